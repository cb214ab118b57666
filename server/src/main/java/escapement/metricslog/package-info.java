/** A line for each attempt, in a file a day: written, read back from the database, and imported from other systems. */
@NullMarked
package escapement.metricslog;

import org.jspecify.annotations.NullMarked;
