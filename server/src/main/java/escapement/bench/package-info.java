/** Measures the product on a real PostgreSQL, each figure beside what plain JDBC reaches there. See ops/bench. */
@NullMarked
package escapement.bench;

import org.jspecify.annotations.NullMarked;
