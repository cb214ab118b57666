package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import escapement.json.InvalidInputException;
import escapement.task.Priority;
import escapement.task.TaskEdit;
import escapement.task.TaskEdit.Wanted;
import escapement.task.TaskStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditedTaskTest {
    private static final Instant NOW = Instant.parse("2026-11-22T15:00:00Z");
    private static final Instant PAST = NOW.minusSeconds(1);
    private static final Instant LATER = NOW.plusSeconds(60);

    @ParameterizedTest
    @CsvSource({
        // before, its time, starts, wanted, after, its time, whether it starts anew
        "PENDING,,0,,PENDING,,false",
        "PENDING,,0,past,PENDING,,false",
        "PENDING,,0,later,SCHEDULED,later,true",
        "PENDING,,2,later,SCHEDULED,later,false",
        "SCHEDULED,later,0,,PENDING,,true",
        "SCHEDULED,past,0,later,SCHEDULED,later,true",
        "SCHEDULED,later,1,,PENDING,,false",
        "BLOCKED,,0,later,BLOCKED,later,true",
        "BLOCKED,later,0,past,BLOCKED,,true",
        "DEFERRED,,0,,DEFERRED,,false",
    })
    void a_wanted_time_decides_status_and_place(
            TaskStatus before,
            @Nullable String time,
            int starts,
            @Nullable String wanted,
            TaskStatus after,
            @Nullable String timeAfter,
            boolean startsAnew) {
        EditedTask edited = EditedTask.of(waiting(before, time(time), starts), edit(new Wanted<>(time(wanted)), null));

        assertThat(edited.status()).isEqualTo(after);
        assertThat(edited.runAt()).isEqualTo(time(timeAfter));
        assertThat(edited.startsAnew()).isEqualTo(startsAnew);
    }

    @Test
    void without_a_wanted_time_a_task_whose_time_has_just_come_stays_for_whoever_makes_it_ready() {
        EditedTask edited = EditedTask.of(waiting(TaskStatus.SCHEDULED, PAST, 0), edit(null, null));

        assertThat(edited.status()).isEqualTo(TaskStatus.SCHEDULED);
        assertThat(edited.runAt()).isEqualTo(PAST);
    }

    @Test
    void a_task_held_for_a_person_takes_no_time() {
        assertThatThrownBy(() -> EditedTask.of(waiting(TaskStatus.DEFERRED, null, 0), edit(new Wanted<>(LATER), null)))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void one_attempt_more_than_used_is_the_least_there_can_be() {
        WaitingTask used = waiting(TaskStatus.SCHEDULED, LATER, 2);

        assertThat(EditedTask.of(used, edit(null, 3)).maxAttempts()).isEqualTo(3);
        assertThatThrownBy(() -> EditedTask.of(used, edit(null, 2))).isInstanceOf(InvalidInputException.class);
    }

    private static WaitingTask waiting(TaskStatus status, @Nullable Instant runAt, int starts) {
        return new WaitingTask(status, 1, starts, starts, Priority.LOW, runAt, null, null, "{}", 5, NOW);
    }

    private static TaskEdit edit(@Nullable Wanted<Instant> runAt, @Nullable Integer maxAttempts) {
        return new TaskEdit(1, "r", null, runAt, null, null, null, maxAttempts);
    }

    private static @Nullable Instant time(@Nullable String name) {
        return name == null ? null : name.equals("past") ? PAST : LATER;
    }
}
