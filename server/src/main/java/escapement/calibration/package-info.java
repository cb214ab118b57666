/** How often a stated confidence came true: what counts, its sums, and what people say of it. */
@NullMarked
package escapement.calibration;

import org.jspecify.annotations.NullMarked;
