/** Maps from stated to measured probability: their numbers, how they are fitted, judged, published and watched. */
@NullMarked
package escapement.calibration.map;

import org.jspecify.annotations.NullMarked;
