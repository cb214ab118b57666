package escapement.calibration;

/**
 * A made-up submitter: how likely its tasks are to succeed, and how sure it says it is. Each is SQL over a row that has
 * {@code l}, the logit of a task's true probability (normal, mean 0.6, deviation 1, plus the action's own), and the uniform
 * numbers {@code a} and {@code b}. What is stated is cut to three decimals.
 */
public enum World {
    /** Says what is true. */
    CALIBRATED("l", "expit(l)"),
    /** Overstates on the logit scale, and says 0.9, 0.95, 0.99 or 1 in three cases of ten, as people and models do. */
    OVERCONFIDENT(
            "l",
            "case when a < 0.3 then case when 1.8 * l + 0.7 < 1.735 then 0.9 when 1.8 * l + 0.7 < 2.587 then 0.95"
                    + " when 1.8 * l + 0.7 < 3.892 then 0.99 else 1 end else expit(1.8 * l + 0.7) end"),
    /** Twice as sure of everything, to either side. */
    STEEP("l", "expit(2 * l)"),
    /** Always surer by the same step. */
    SHIFTED("l", "expit(l + 1.3)"),
    /** Half as sure as it might be. */
    UNDERCONFIDENT("l", "expit(l / 2)"),
    /** Five words for sure, of which none means what it says: 0.35, 0.5, 0.62, 0.74 and 0.84 come true. */
    VERBAL(
            "logit((array[0.35, 0.5, 0.62, 0.74, 0.84])[1 + floor(a * 5)::integer])",
            "(array[0.7, 0.8, 0.9, 0.95, 1.0])[1 + floor(a * 5)::integer]"),
    /** Says 0.95 in a third of the cases without having thought: of these 0.6 come true. */
    DEFAULTED("case when a < 0.35 then logit(0.6) else l end", "case when a < 0.35 then 0.95 else expit(l) end"),
    /** Says anything; seven of ten come true. */
    UNINFORMED("logit(0.7)", "a"),
    /** Nearly always right, and says so. */
    SURE("l + 3.4", "expit(l + 3.4)"),
    /** As SHIFTED, and 0 or 1 without meaning in one case of 25. */
    SPIKED("l", "case when a < 0.04 then round(b) else expit(l + 1.3) end");

    private final String truth; // the logit of the probability with which it succeeds
    private final String stated;

    World(String truth, String stated) {
        this.truth = truth;
        this.stated = stated;
    }

    String truthSql() {
        return sql(truth);
    }

    String statedSql() {
        return sql(stated);
    }

    private static String sql(String formula) {
        return formula.replaceAll("expit\\(([^()]*)\\)", "(1 / (1 + exp(-($1))))")
                .replaceAll("logit\\(((?:[^()]|\\((?:[^()]|\\([^()]*\\))*\\))*)\\)", "(ln(($1) / (1 - ($1))))");
    }
}
