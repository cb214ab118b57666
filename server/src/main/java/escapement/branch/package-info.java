/** When a branch of a task fires: conditions as data, read and judged without any expression language. */
@NullMarked
package escapement.branch;

import org.jspecify.annotations.NullMarked;
