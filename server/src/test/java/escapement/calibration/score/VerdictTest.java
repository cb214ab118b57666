package escapement.calibration.score;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.calibration.score.Verdict.Leaning;
import escapement.calibration.score.Verdict.Word;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {
    @Test
    void without_outcomes_there_is_no_data() {
        assertThat(judge().word()).isEqualTo(Word.NO_DATA);
    }

    @Test
    void fewer_than_a_hundred_are_insufficient_and_may_lean() {
        assertThat(judge(Sums.of(900_000, 99, 80)).word()).isEqualTo(Word.INSUFFICIENT);
        assertThat(judge(Sums.of(900_000, 50, 20)).leaning()).isEqualTo(Leaning.OVERCONFIDENT);
        assertThat(judge(Sums.of(300_000, 50, 40)).leaning()).isEqualTo(Leaning.UNDERCONFIDENT);
        assertThat(judge(Sums.of(900_000, 50, 45)).leaning()).isEqualTo(Leaning.NONE);
    }

    @Test
    void fewer_than_ten_of_either_outcome_are_insufficient() {
        assertThat(judge(Sums.of(990_000, 1000, 991)).word()).isEqualTo(Word.INSUFFICIENT);
        assertThat(judge(Sums.of(990_000, 1000, 990)).word()).isEqualTo(Word.CALIBRATED);
    }

    @Test
    void claims_beyond_chance_and_tolerance_have_a_side() {
        assertThat(judge(Sums.of(900_000, 1000, 700)).word()).isEqualTo(Word.OVERCONFIDENT);
        assertThat(judge(Sums.of(500_000, 1000, 700)).word()).isEqualTo(Word.UNDERCONFIDENT);
        assertThat(judge(Sums.of(720_000, 1000, 700)).word()).isEqualTo(Word.CALIBRATED);
    }

    @Test
    void gaps_that_cancel_out_are_misshapen() {
        assertThat(judge(Sums.of(950_000, 500, 400), Sums.of(450_000, 500, 300)).word())
                .isEqualTo(Word.MISSHAPEN);
    }

    @Test
    void fewer_outcomes_than_half_of_the_submissions_are_gated() {
        Bins bins = Bins.of(Cells.of(List.of(Sums.of(900_000, 100, 90))));

        assertThat(Verdict.of(bins, 100, 200).gated()).isFalse();
        assertThat(Verdict.of(bins, 100, 201).gated()).isTrue();
    }

    private static Verdict judge(Sums... cells) {
        Cells all = Cells.of(List.of(cells));
        return Verdict.of(Bins.of(all), all.total().n(), all.total().n());
    }
}
