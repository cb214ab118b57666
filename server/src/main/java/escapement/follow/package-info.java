/** Reads the journal in commit order and keeps what is derived from it. */
@NullMarked
package escapement.follow;

import org.jspecify.annotations.NullMarked;
