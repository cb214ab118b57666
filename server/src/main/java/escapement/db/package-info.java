/** How the database is reached: pools, transactions, the wake-up channel. */
@NullMarked
package escapement.db;

import org.jspecify.annotations.NullMarked;
