/** Who does something. */
@NullMarked
package escapement.access;

import org.jspecify.annotations.NullMarked;
