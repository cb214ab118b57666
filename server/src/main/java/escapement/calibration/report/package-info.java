/** What is asked about outcomes and confidences, read from the sums. */
@NullMarked
package escapement.calibration.report;

import org.jspecify.annotations.NullMarked;
