/** The hot path, in one folder: a task comes in, is claimed, run, and ended. */
@NullMarked
package escapement.queue;

import org.jspecify.annotations.NullMarked;
