/** What outcomes say about confidences: pure numbers, worked out from sums. */
@NullMarked
package escapement.calibration.score;

import org.jspecify.annotations.NullMarked;
