/** What operators are told at an address of theirs. */
@NullMarked
package escapement.webhook;

import org.jspecify.annotations.NullMarked;
