/** The actions every installation has. */
@NullMarked
package escapement.action.builtin;

import org.jspecify.annotations.NullMarked;
