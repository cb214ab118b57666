package escapement.calibration.map;

import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** What spoke for a map when it was fitted, as it is kept with it. */
final class CandidateJson {
    private CandidateJson() {}

    static ObjectNode write(Candidate candidate) {
        Counted counted = candidate.counted();
        ObjectNode json = Json.nodes()
                .objectNode()
                .put("n", counted.n())
                .put("s", counted.successes())
                .put("from", counted.from().toString())
                .put("to", counted.to().toString())
                .put("split_day", counted.split().toString())
                .put(
                        "fresh_n",
                        counted.fresh().values().stream()
                                .map(Sum::n)
                                .mapToLong(n -> n.longValueExact())
                                .sum())
                .put("guard_passed", candidate.guard().isPassed())
                .put("guard", candidate.guard().because())
                .put("capped", candidate.isCapped())
                .put("largest_step", millionths(candidate.knots().largestStep(candidate.live())))
                .put("largest_change", millionths(candidate.knots().largestChange(candidate.live())));
        json.putObject("parameters")
                .put("a", candidate.map().a())
                .put("b", candidate.map().b())
                .put("c", candidate.map().c());
        candidate
                .logistic()
                .ifPresentOrElse(
                        fit -> json.putObject("platt_on_logit")
                                .put("slope", fit.slope())
                                .put("intercept", fit.intercept())
                                .put("slope_se", fit.slopeError())
                                .put("intercept_se", fit.interceptError()),
                        () -> json.putNull("platt_on_logit"));
        var scores = json.putArray("scores");
        candidate
                .scores()
                .forEach(score -> scores.addObject()
                        .put("method", score.method())
                        .put("log_loss", score.logLoss())
                        .put("brier", score.brier())
                        .put("log_loss_gain", score.logLossGain())
                        .put("log_loss_gain_se", score.logLossGainError())
                        .put("brier_gain", score.brierGain())
                        .put("brier_gain_se", score.brierGainError()));
        return json;
    }

    static BigDecimal millionths(int value) {
        return BigDecimal.valueOf(value, 6).setScale(6, RoundingMode.UNNECESSARY);
    }
}
