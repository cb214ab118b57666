/** The queue's state as one file: written from a snapshot, and read back in. */
@NullMarked
package escapement.state;

import org.jspecify.annotations.NullMarked;
