package escapement.calibration.map;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether what comes true strays from what the maps say, by two one-sided cumulative sums of the standardised residual: a
 * false alarm in twenty years of days, and five days to see a shift of 0.6 on the logit scale at fifty outcomes a day.
 *
 * @param up how far more came true than was said, above the allowance @param down how far less
 * @param points how both stood after each day or batch
 * @param alarm the first time that one of them went above the limit
 */
record Cusum(double up, double down, List<DriftSeries.Point> points, Optional<Alarm> alarm) {
    private static final double ALLOWANCE = 0.5;
    static final double LIMIT = 8;
    private static final long BUSY = 10;
    private static final long BATCH = 50;

    /**
     * Outcomes of a day or of some days, and what the maps had said of them.
     *
     * @param said the sum of the calibrated confidences @param variance the sum of q (1 - q)
     */
    record Outcomes(LocalDate day, long n, long successes, double said, double variance) {
        private Outcomes plus(Outcomes later) {
            return new Outcomes(
                    later.day, n + later.n, successes + later.successes, said + later.said, variance + later.variance);
        }

        private double residual() {
            return variance > 0 ? (successes - said) / StrictMath.sqrt(variance) : 0;
        }
    }

    /** @param shift how much more of the outcomes were successes than was said, since the sum left zero; negative: less */
    record Alarm(LocalDate since, double shift) {}

    Cusum {
        points = List.copyOf(points);
    }

    int batches() {
        return points.size();
    }

    /** @param days in their order */
    static Cusum of(List<Outcomes> days) {
        Arm up = new Arm(1);
        Arm down = new Arm(-1);
        Optional<Alarm> alarm = Optional.empty();
        List<DriftSeries.Point> points = new ArrayList<>();
        for (Outcomes batch : batches(days)) {
            up.add(batch);
            down.add(batch);
            points.add(new DriftSeries.Point(batch.day(), batch.n(), up.sum, down.sum));
            if (alarm.isEmpty()) {
                alarm = up.alarm(batch.day()).or(() -> down.alarm(batch.day()));
            }
        }
        return new Cusum(up.sum, down.sum, points, alarm);
    }

    /** Days where they are busy, else as many days together as have fifty outcomes. */
    private static List<Outcomes> batches(List<Outcomes> days) {
        if (days.isEmpty()) {
            return days;
        }
        long span =
                ChronoUnit.DAYS.between(days.getFirst().day(), days.getLast().day()) + 1;
        if (days.stream().mapToLong(Outcomes::n).sum() >= BUSY * span) {
            return days;
        }
        List<Outcomes> batches = new ArrayList<>();
        Outcomes open = new Outcomes(days.getFirst().day(), 0, 0, 0, 0);
        for (Outcomes day : days) {
            open = open.plus(day);
            if (open.n() >= BATCH) {
                batches.add(open);
                open = new Outcomes(day.day(), 0, 0, 0, 0);
            }
        }
        return batches;
    }

    private static final class Arm {
        private final int direction;
        private double sum;
        private long n;
        private double excess;

        private Arm(int direction) {
            this.direction = direction;
        }

        private void add(Outcomes batch) {
            sum = Math.max(0, sum + direction * batch.residual() - ALLOWANCE);
            n = sum > 0 ? n + batch.n() : 0;
            excess = sum > 0 ? excess + batch.successes() - batch.said() : 0;
        }

        private Optional<Alarm> alarm(LocalDate day) {
            return sum > LIMIT ? Optional.of(new Alarm(day, excess / n)) : Optional.empty();
        }
    }
}
