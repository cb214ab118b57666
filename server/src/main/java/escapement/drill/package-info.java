/** Breaks a cluster of real processes under load, and tells what became of it. */
@NullMarked
package escapement.drill;

import org.jspecify.annotations.NullMarked;
