package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import escapement.action.Outcome;
import escapement.action.RiskLevel;
import escapement.task.AttemptOutcome;
import escapement.task.TaskStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EndingTest {
    @Test
    void success_completes_the_task_with_its_result() {
        Ending ending = after(1, 3, new Outcome.Succeeded(JsonNodeFactory.instance.numberNode(7)));

        assertThat(ending.outcome()).isEqualTo(AttemptOutcome.SUCCEEDED);
        assertThat(ending.next()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(ending.result()).isEqualTo("7");
        assertThat(ending.error()).isNull();
    }

    @Test
    void success_may_have_no_result() {
        assertThat(after(1, 3, new Outcome.Succeeded(null)).result()).isNull();
    }

    @Test
    void a_failure_with_attempts_left_goes_back_after_its_back_off() {
        Ending first = after(1, 3, new Outcome.Failed("no", true));
        Ending second = after(2, 3, new Outcome.Failed("no", true));

        assertThat(first.outcome()).isEqualTo(AttemptOutcome.FAILED);
        assertThat(first.next()).isEqualTo(TaskStatus.SCHEDULED);
        assertThat(first.delayMillis()).isEqualTo(2000);
        assertThat(first.countsAsAttempt()).isTrue();
        assertThat(first.error()).isEqualTo("no");
        assertThat(second.next()).isEqualTo(TaskStatus.SCHEDULED);
        assertThat(second.delayMillis()).isEqualTo(4000);
    }

    @Test
    void a_dry_run_completes_its_task_with_what_it_would_have_done() {
        Ending ending = after(
                1, 3, new Outcome.DryRun(JsonNodeFactory.instance.objectNode().put("would", "pay")));

        assertThat(ending.outcome()).isEqualTo(AttemptOutcome.DRY_RUN);
        assertThat(ending.next()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(ending.countsAsAttempt()).isTrue();
        assertThat(ending.result()).isEqualTo("{\"dry_run\":true,\"would\":\"pay\"}");
        assertThat(ending.error()).isNull();
    }

    @Test
    void the_last_failure_fails_the_task() {
        Ending ending = after(3, 3, new Outcome.Failed("no", true));

        assertThat(ending.next()).isEqualTo(TaskStatus.FAILED);
        assertThat(ending.error()).isEqualTo("no");
    }

    @Test
    void a_failure_that_another_try_cannot_help_fails_the_task_at_once() {
        assertThat(after(1, 3, new Outcome.Failed("bad parameter", false)).next())
                .isEqualTo(TaskStatus.FAILED);
    }

    @Test
    void starts_that_did_not_count_leave_their_attempts_to_be_used() {
        ClaimedTask fifthStart = claimed(5, 3, 3); // three of the four before were lost

        Ending ending = Ending.of(fifthStart, new Outcome.Failed("no", true), 1, 2);

        assertThat(ending.next()).isEqualTo(TaskStatus.SCHEDULED);
        assertThat(ending.delayMillis()).isEqualTo(4000);
    }

    @Test
    void a_timeout_is_retried_like_a_failure() {
        Ending ending = after(1, 2, new Outcome.TimedOut(Duration.ofMillis(1500)));

        assertThat(ending.outcome()).isEqualTo(AttemptOutcome.TIMEOUT);
        assertThat(ending.next()).isEqualTo(TaskStatus.SCHEDULED);
        assertThat(ending.error()).isEqualTo("timed out after 1500 ms");
        assertThat(after(2, 2, new Outcome.TimedOut(Duration.ofMillis(1500))).next())
                .isEqualTo(TaskStatus.FAILED);
    }

    @Test
    void a_cancelled_attempt_cancels_the_task() {
        Ending ending = after(1, 3, new Outcome.Cancelled("asked to"));

        assertThat(ending.outcome()).isEqualTo(AttemptOutcome.CANCELLED);
        assertThat(ending.next()).isEqualTo(TaskStatus.CANCELLED);
        assertThat(ending.error()).isEqualTo("asked to");
    }

    @Test
    void a_snoozed_attempt_uses_up_none_of_the_attempts() {
        Ending ending = after(1, 1, new Outcome.Snoozed(Duration.ofSeconds(5)));

        assertThat(ending.outcome()).isEqualTo(AttemptOutcome.SNOOZED);
        assertThat(ending.next()).isEqualTo(TaskStatus.SCHEDULED);
        assertThat(ending.delayMillis()).isEqualTo(5000);
        assertThat(ending.countsAsAttempt()).isFalse();
    }

    @Test
    void a_snooze_of_no_time_is_ready_at_once() {
        assertThat(after(1, 1, new Outcome.Snoozed(Duration.ZERO)).next()).isEqualTo(TaskStatus.PENDING);
        assertThat(after(1, 1, new Outcome.Snoozed(Duration.ofSeconds(-1))).next())
                .isEqualTo(TaskStatus.PENDING);
    }

    @Test
    void a_snooze_for_ever_ends_within_the_time_that_can_be_stored() {
        Ending ending = after(1, 1, new Outcome.Snoozed(Duration.ofSeconds(Long.MAX_VALUE)));

        assertThat(ending.delayMillis()).isEqualTo(Duration.ofDays(3660).toMillis());
    }

    @Test
    void a_lost_attempt_is_ready_at_once_and_uses_up_none_of_the_attempts() {
        Ending ending = after(1, 1, new Outcome.Lost("its node stopped"));

        assertThat(ending.outcome()).isEqualTo(AttemptOutcome.LOST);
        assertThat(ending.next()).isEqualTo(TaskStatus.PENDING);
        assertThat(ending.countsAsAttempt()).isFalse();
        assertThat(ending.error()).isEqualTo("its node stopped");
    }

    @Test
    void an_error_is_mended_and_cut() {
        String error = "a\0b\uD800c" + "x".repeat(30_000);

        Ending ending = after(1, 1, new Outcome.Failed(error, true));

        assertThat(ending.error()).startsWith("a\uFFFDb\uFFFDc").endsWith("…").hasSize(20_000);
    }

    @Test
    void a_result_that_cannot_be_stored_after_all_becomes_a_note_of_the_same_end() {
        Ending ending = after(1, 3, new Outcome.Succeeded(JsonNodeFactory.instance.textNode("x")));

        Ending noted = ending.withoutResult("because\0");

        assertThat(noted.result()).isEqualTo("{\"unstorable_result\":\"because\uFFFD\"}");
        assertThat(noted.next()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(noted.task()).isEqualTo(ending.task());
    }

    private static Ending after(int attempt, int maxAttempts, Outcome outcome) {
        return Ending.of(claimed(attempt, 0, maxAttempts), outcome, 1, 2);
    }

    private static ClaimedTask claimed(int attempt, int uncounted, int maxAttempts) {
        return new ClaimedTask(
                1,
                1,
                attempt,
                attempt,
                uncounted,
                maxAttempts,
                (short) 1,
                (short) 1,
                0,
                RiskLevel.LOW,
                null,
                null,
                0,
                "{}",
                false,
                false,
                false,
                false,
                null);
    }
}
