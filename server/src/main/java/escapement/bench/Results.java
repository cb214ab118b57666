package escapement.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What was measured, as one line per sample and as a table of medians. */
public final class Results {
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    private final List<Sample> samples = new ArrayList<>();

    /**
     * One measure of one round.
     *
     * @param floor what plain JDBC reached just before and just after; NaN where there is no such thing
     * @param load of the machine afterwards
     */
    public record Sample(int round, String measure, String unit, double value, double floor, double load) {
        double ratio() {
            return value / floor;
        }
    }

    public void add(Sample sample) {
        samples.add(sample);
        System.out.printf(
                "%d  %-45s %12s %-8s%s%n",
                sample.round(),
                sample.measure(),
                number(sample.value()),
                sample.unit(),
                Double.isNaN(sample.floor())
                        ? ""
                        : "  floor %s, ratio %.2f, load %.1f"
                                .formatted(number(sample.floor()), sample.ratio(), sample.load()));
    }

    /** Writes both files. @return their path without the ending */
    public Path write(Path folder, String postgresVersion) throws IOException {
        Files.createDirectories(folder);
        String name = NAME.format(LocalDateTime.now());
        Path tsv = folder.resolve(name + ".tsv");
        Files.write(tsv, lines());
        Files.write(folder.resolve(name + ".md"), table(postgresVersion));
        return folder.resolve(name);
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("round\tmeasure\tunit\tvalue\tfloor\tload");
        for (Sample sample : samples) {
            lines.add(String.join(
                    "\t",
                    Integer.toString(sample.round()),
                    sample.measure(),
                    sample.unit(),
                    raw(sample.value()),
                    raw(sample.floor()),
                    raw(sample.load())));
        }
        return lines;
    }

    List<String> table(String postgresVersion) {
        List<String> lines = new ArrayList<>();
        lines.add("PostgreSQL %s, JDK %s, %d cores. Median (min - max) of the rounds."
                .formatted(
                        postgresVersion, Runtime.version(), Runtime.getRuntime().availableProcessors()));
        lines.add("");
        lines.add("| measure | unit | median | min - max | floor beside it | ratio to the floor | rounds | load |");
        lines.add("|---|---|---:|---:|---:|---:|---:|---:|");
        byMeasure()
                .forEach((measure, ofMeasure) -> lines.add("| %s | %s | %s | %s - %s | %s | %s | %d | %s |"
                        .formatted(
                                measure,
                                ofMeasure.getFirst().unit(),
                                number(median(ofMeasure, Sample::value)),
                                number(quantileOf(ofMeasure, 0)),
                                number(quantileOf(ofMeasure, 1)),
                                number(median(ofMeasure, Sample::floor)),
                                number(median(ofMeasure, Sample::ratio)),
                                ofMeasure.size(),
                                number(median(ofMeasure, Sample::load)))));
        return lines;
    }

    private Map<String, List<Sample>> byMeasure() {
        Map<String, List<Sample>> byMeasure = new LinkedHashMap<>();
        for (Sample sample : samples) {
            byMeasure
                    .computeIfAbsent(sample.measure(), first -> new ArrayList<>())
                    .add(sample);
        }
        return byMeasure;
    }

    private static double quantileOf(List<Sample> samples, double quantile) {
        return quantile(sorted(samples, Sample::value), quantile);
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> value) {
        double[] sorted = sorted(samples, value);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double[] sorted(List<Sample> samples, ToDoubleFunction<Sample> value) {
        return samples.stream().mapToDouble(value).sorted().toArray();
    }

    /** The smallest value that at least this share of all do not exceed. */
    static double quantile(double[] sorted, double share) {
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }

    private static String raw(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.4f", value);
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "";
        }
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%,.0f" : "%.2f", value);
    }
}
