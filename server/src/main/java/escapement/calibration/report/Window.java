package escapement.calibration.report;

import java.time.LocalDate;

/**
 * The days that an answer is about, both ends included.
 *
 * @param widened whether an end was moved to that of its month, which is kept as a whole only
 */
public record Window(LocalDate from, LocalDate to, boolean widened) {}
