package escapement.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.calibration.map.Recalibration;
import escapement.calibration.report.Coverage;
import escapement.calibration.report.Evidence;
import escapement.calibration.report.Question;
import escapement.calibration.report.Window;
import escapement.calibration.score.Bins;
import escapement.calibration.score.CalibrationError;
import escapement.calibration.score.Cells;
import escapement.calibration.score.ConsistencyBand;
import escapement.calibration.score.Interval;
import escapement.calibration.score.Isotonic;
import escapement.calibration.score.Jeffreys;
import escapement.calibration.score.Measure;
import escapement.calibration.score.Summary;
import escapement.calibration.score.Sums;
import escapement.calibration.score.Threshold;
import escapement.calibration.score.Verdict;
import escapement.calibration.score.Wilson;
import escapement.json.Json;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Answers about calibration as JSON; their rows are also those of the CSV. */
final class CalibrationJson {
    static final List<String> MEASURE_COLUMNS = List.of("measure", "value", "reason");
    static final List<String> BIN_COLUMNS = List.of(
            "bin",
            "label",
            "n",
            "successes",
            "mean_confidence",
            "observed_rate",
            "gap",
            "wilson_low",
            "wilson_high",
            "jeffreys_low",
            "jeffreys_high",
            "consistency_low",
            "consistency_high",
            "reason");
    static final List<String> BLOCK_COLUMNS = List.of(
            "from_confidence",
            "to_confidence",
            "n",
            "successes",
            "mean_confidence",
            "value",
            "wilson_low",
            "wilson_high");
    private static final List<String> SCORE_COLUMNS = List.of(
            "n",
            "successes",
            "base_rate",
            "wilson_low",
            "wilson_high",
            "mean_confidence",
            "gap",
            "gap_low",
            "gap_high",
            "brier",
            "brier_skill_score",
            "ece",
            "ece_noise_floor",
            "reason");
    static final List<String> TIME_COLUMNS = plus("from", SCORE_COLUMNS);
    static final List<String> ACTION_COLUMNS =
            plus("action", plus("verdict", plus("gated", plus("submitted", plus("with_outcome", SCORE_COLUMNS)))));
    static final List<String> COVERAGE_COLUMNS = List.of(
            "bin",
            "label",
            "submitted",
            "auto",
            "probe",
            "human",
            "deferred",
            "pending",
            "rejected",
            "skipped",
            "cancelled",
            "dry_run",
            "unscored",
            "successes",
            "observed_rate",
            "wilson_low",
            "wilson_high",
            "bound_low",
            "bound_high",
            "reason");
    static final List<String> THRESHOLD_COLUMNS = List.of(
            "threshold",
            "approved",
            "approved_successes",
            "approved_success_rate",
            "wilson_low",
            "wilson_high",
            "deferred",
            "failures_avoided",
            "successes_deferred",
            "net_benefit",
            "reason");

    private static final int DEFINITIONS_VERSION = 1;
    private static final String NO_OUTCOMES = "there are no outcomes";

    private CalibrationJson() {}

    /** What every answer says of itself. */
    static ObjectNode about(Evidence evidence) {
        Question question = evidence.question();
        Window window = evidence.window();
        Coverage all = evidence.everything(true);
        long n = evidence.all().total().n();
        Question.Path path = question.path();
        ObjectNode answer = Json.nodes().objectNode();
        answer.put("definitions_version", DEFINITIONS_VERSION);
        answer.putObject("window")
                .put("from", window.from().toString())
                .put("to", window.to().toString())
                .put("widened", window.widened());
        answer.put("basis", question.basis().name());
        ObjectNode population = answer.putObject("population");
        population
                .put("action", question.action())
                .put("risk", question.risk() == null ? null : question.risk().name());
        ArrayNode paths = population.putArray("paths");
        (path == null ? List.of(Question.Path.AUTO, Question.Path.PROBE) : List.of(path))
                .forEach(one -> paths.add(one.name()));
        population
                .put("submitted", all.submitted())
                .put(
                        "text",
                        (path == null ? "ran without a person's word" : "ran by path " + path) + ": " + n + " of "
                                + all.submitted() + " submitted");
        answer.put("n", n);
        answer.putObject("excluded")
                .put("auto", path == null || path == Question.Path.AUTO ? 0 : all.auto())
                .put("probe", path == null || path == Question.Path.PROBE ? 0 : all.probe())
                .put("human", path == Question.Path.HUMAN ? 0 : all.human())
                .put("deferred", all.deferred())
                .put("pending", all.pending())
                .put("rejected", all.rejected())
                .put("skipped", all.skipped())
                .put("cancelled", all.cancelled())
                .put("dry_run", all.dryRun())
                .put("unscored", all.unscored());
        answer.put("as_of", evidence.asOf().toString());
        Verdict verdict = evidence.verdict();
        answer.putObject("verdict")
                .put("word", verdict.word().name())
                .put("gated", verdict.gated())
                .put("leaning", verdict.leaning().name())
                .put("sentence", verdict.sentence());
        return answer;
    }

    static ObjectNode summary(Evidence evidence) {
        ObjectNode answer = about(evidence);
        ObjectNode measures = answer.putObject("measures");
        ObjectNode reasons = answer.putObject("reasons");
        for (Measure measure : measures(evidence)) {
            int dot = measure.name().indexOf('.');
            ObjectNode group = dot < 0
                    ? measures
                    : measures.withObjectProperty(measure.name().substring(0, dot));
            put(group, measure.name().substring(dot + 1), measure.value());
            if (measure.reason() != null) {
                reasons.put(measure.name(), measure.reason());
            }
        }
        return answer;
    }

    private static List<Measure> measures(Evidence evidence) {
        return Stream.concat(Summary.of(evidence.all()).stream(), Recalibration.of(evidence.all()).stream())
                .toList();
    }

    static ArrayNode measureRows(Evidence evidence) {
        ArrayNode rows = Json.nodes().arrayNode();
        for (Measure measure : measures(evidence)) {
            ObjectNode row = rows.addObject().put("measure", measure.name());
            put(row, "value", measure.value());
            row.put("reason", measure.reason());
        }
        return rows;
    }

    static ArrayNode bins(Evidence evidence) {
        Bins bins = Bins.of(evidence.all());
        ArrayNode rows = Json.nodes().arrayNode();
        for (int index = 0; index < Bins.COUNT; index++) {
            Sums bin = bins.get(index);
            boolean any = !bin.isEmpty();
            ObjectNode row = rows.addObject()
                    .put("bin", index)
                    .put("label", Bins.label(index))
                    .put("n", bin.n())
                    .put("successes", bin.s())
                    .put("mean_confidence", any ? bin.mean() : null)
                    .put("observed_rate", any ? bin.rate() : null)
                    .put("gap", any ? bin.gap() : null);
            put(row, "wilson", any ? Wilson.of(bin.s(), bin.n()) : null);
            put(row, "jeffreys", any ? Jeffreys.of(bin.s(), bin.n()) : null);
            put(row, "consistency", any ? ConsistencyBand.of(bin.n(), bin.mean()) : null);
            row.put("reason", any ? null : NO_OUTCOMES);
        }
        return rows;
    }

    static ArrayNode curve(Evidence evidence) {
        ArrayNode rows = Json.nodes().arrayNode();
        for (Isotonic.Block block : Isotonic.of(evidence.all())) {
            ObjectNode row = rows.addObject()
                    .put("from_confidence", block.from())
                    .put("to_confidence", block.to())
                    .put("n", block.sums().n())
                    .put("successes", block.sums().s())
                    .put("mean_confidence", block.sums().mean())
                    .put("value", block.rate());
            put(row, "wilson", Wilson.of(block.sums().s(), block.sums().n()));
        }
        return rows;
    }

    static ArrayNode overTime(Evidence evidence) {
        ArrayNode rows = Json.nodes().arrayNode();
        evidence.parts().forEach((from, cells) -> score(rows.addObject().put("from", from), cells));
        return rows;
    }

    /** Those first that are wrong for certain by most: few outcomes have a wide interval, whose near end is near. */
    static ArrayNode actions(Evidence evidence) {
        ArrayNode rows = Json.nodes().arrayNode();
        evidence.parts().entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, Cells>>comparingDouble(
                                part -> -certainGap(part.getValue().total()))
                        .thenComparing(Map.Entry::getKey))
                .forEach(part -> {
                    Verdict verdict = evidence.verdict(part.getKey());
                    Coverage coverage =
                            Coverage.total(evidence.coverage().getOrDefault(part.getKey(), List.of()), false);
                    ObjectNode row = rows.addObject()
                            .put("action", part.getKey())
                            .put("verdict", verdict.word().name())
                            .put("gated", verdict.gated())
                            .put("submitted", coverage.submitted())
                            .put("with_outcome", coverage.withOutcome());
                    score(row, part.getValue());
                });
        return rows;
    }

    static ArrayNode coverage(Evidence evidence) {
        ArrayNode rows = Json.nodes().arrayNode();
        List<Coverage> bins = evidence.coverage().values().stream().findFirst().orElse(List.of());
        for (int index = -1; index < Bins.COUNT; index++) {
            Coverage bin = bins.isEmpty() ? Coverage.none(index) : bins.get(index + 1);
            boolean any = bin.withOutcome() > 0;
            ObjectNode row = rows.addObject()
                    .put("bin", index)
                    .put("label", index < 0 ? "none" : Bins.label(index))
                    .put("submitted", bin.submitted())
                    .put("auto", bin.auto())
                    .put("probe", bin.probe())
                    .put("human", bin.human())
                    .put("deferred", bin.deferred())
                    .put("pending", bin.pending())
                    .put("rejected", bin.rejected())
                    .put("skipped", bin.skipped())
                    .put("cancelled", bin.cancelled())
                    .put("dry_run", bin.dryRun())
                    .put("unscored", bin.unscored())
                    .put("successes", bin.successes())
                    .put("observed_rate", any ? (double) bin.successes() / bin.withOutcome() : null);
            put(row, "wilson", any ? Wilson.of(bin.successes(), bin.withOutcome()) : null);
            put(row, "bound", bin.bounds());
            row.put("reason", reason(bin));
        }
        return rows;
    }

    private static @Nullable String reason(Coverage bin) {
        if (bin.bin() < 0) {
            return "without a confidence there is nothing to compare an outcome with";
        }
        if (bin.submitted() == 0) {
            return "nothing was submitted";
        }
        return bin.withOutcome() == 0 ? "nothing came to an outcome" : null;
    }

    static ArrayNode thresholds(Evidence evidence) {
        Cells cells = evidence.all();
        boolean any = !cells.total().isEmpty();
        ArrayNode rows = Json.nodes().arrayNode();
        for (int thousandths = 0; thousandths <= 1000; thousandths += 10) {
            Threshold at = Threshold.of(cells, thousandths);
            Sums approved = at.approved();
            ObjectNode row = rows.addObject()
                    .put("threshold", at.threshold())
                    .put("approved", approved.n())
                    .put("approved_successes", approved.s())
                    .put("approved_success_rate", approved.isEmpty() ? null : approved.rate());
            put(row, "wilson", approved.isEmpty() ? null : Wilson.of(approved.s(), approved.n()));
            row.put("deferred", at.deferred())
                    .put("failures_avoided", at.failuresAvoided())
                    .put("successes_deferred", at.successesDeferred())
                    .put("net_benefit", at.netBenefit())
                    .put(
                            "reason",
                            !any
                                    ? NO_OUTCOMES
                                    : approved.isEmpty()
                                            ? "no outcome has this confidence"
                                            : at.netBenefit() == null
                                                    ? "no net_benefit: at 1 a failure would weigh infinitely"
                                                    : null);
        }
        return rows;
    }

    private static void score(ObjectNode row, Cells cells) {
        Sums total = cells.total();
        Bins bins = Bins.of(cells);
        boolean any = !total.isEmpty();
        boolean both = total.s() > 0 && total.failures() > 0;
        Interval rate = any ? Wilson.of(total.s(), total.n()) : null;
        CalibrationError error = any ? CalibrationError.of(bins) : null;
        row.put("n", total.n()).put("successes", total.s()).put("base_rate", any ? total.rate() : null);
        put(row, "wilson", rate);
        row.put("mean_confidence", any ? total.mean() : null).put("gap", any ? total.gap() : null);
        put(row, "gap", rate == null ? null : new Interval(total.mean() - rate.high(), total.mean() - rate.low()));
        row.put("brier", any ? total.brier() : null)
                .put("brier_skill_score", both ? 1 - total.brier() / (total.rate() * (1 - total.rate())) : null)
                .put("ece", error == null ? null : error.expected())
                .put("ece_noise_floor", error == null ? null : error.noiseFloor())
                .put("reason", !any ? NO_OUTCOMES : both ? null : "no brier_skill_score: all outcomes are alike");
    }

    private static double certainGap(Sums total) {
        Interval rate = Wilson.of(total.s(), total.n());
        return Math.max(0, Math.max(total.mean() - rate.high(), rate.low() - total.mean()));
    }

    private static void put(ObjectNode row, String name, @Nullable Interval interval) {
        row.put(name + "_low", interval == null ? null : interval.low())
                .put(name + "_high", interval == null ? null : interval.high());
    }

    private static void put(ObjectNode row, String name, @Nullable Number value) {
        switch (value) {
            case null -> row.putNull(name);
            case Long number -> row.put(name, number);
            case Integer number -> row.put(name, number);
            default -> row.put(name, value.doubleValue());
        }
    }

    private static List<String> plus(String first, List<String> others) {
        return java.util.stream.Stream.concat(java.util.stream.Stream.of(first), others.stream())
                .toList();
    }
}
