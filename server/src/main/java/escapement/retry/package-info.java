/** When a failed attempt is tried again. */
@NullMarked
package escapement.retry;

import org.jspecify.annotations.NullMarked;
