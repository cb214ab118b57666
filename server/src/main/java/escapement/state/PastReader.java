package escapement.state;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Fields;
import escapement.json.Json;
import escapement.json.Storable;
import escapement.queue.Past;
import escapement.task.AttemptOutcome;
import escapement.task.TaskStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a file says has happened to a task.
 *
 * <p>The original system kept the number of attempts and the times and the error of the last one. Those before it began when
 * nobody knows, so they stand at the task's creation, and failed: otherwise there would have been no further one. For one task.
 */
final class PastReader {
    private static final int MOST_ATTEMPTS = 10_000;
    private static final int MAX_ERROR = 10_000;
    private static final int MAX_REASON = 2_000;
    private static final int MAX_RESULT = 1_000_000;
    private static final Set<AttemptOutcome> GOOD = Set.of(AttemptOutcome.SUCCEEDED, AttemptOutcome.DRY_RUN);
    private static final Set<AttemptOutcome> UNCOUNTED = Set.of(AttemptOutcome.LOST, AttemptOutcome.SNOOZED);

    private final Fields fields;
    private final Name name;
    private final TaskStatus status;
    private final int maxAttempts;

    PastReader(Fields fields, Name name, TaskStatus status, int maxAttempts) {
        this.fields = fields;
        this.name = name;
        this.status = status;
        this.maxAttempts = maxAttempts;
    }

    Past read() {
        int made = fields.integer("attempt_count", 0, MOST_ATTEMPTS, 0);
        Instant created = time("created_at", Instant.now());
        Instant started = time("started_at", created);
        Instant completed = time("completed_at", started);
        String error = error("error");
        if (status == TaskStatus.COMPLETED && made == 0) {
            made = 1; // it cannot have completed without
        }
        List<Past.Attempt> attempts = told(made);
        if (attempts.isEmpty() && made > 0) {
            attempts = assumed(made, created, started, completed, error);
        }
        boolean ended = status.isTerminal();
        int left = left(attempts);
        boolean resumable = status == TaskStatus.FAILED && left > 0;
        return new Past(
                name.key(),
                ended ? status : TaskStatus.PENDING,
                created,
                attempts,
                ended ? left : Math.max(1, left),
                ended ? createdBy() : null,
                ended ? latest(started, completed) : null,
                ended ? result() : null,
                !ended ? null : resumable ? resumable(left) : reason(attempts.isEmpty() ? error : null));
    }

    private String resumable(int left) {
        return Past.RESUMABLE + ": " + left + " of " + maxAttempts + " attempts are left, retry makes them";
    }

    private Instant time(String field, Instant otherwise) {
        JsonNode node = fields.node(field);
        if (node == null) {
            return otherwise;
        }
        Instant time = Fields.timeOf(node.asText());
        if (time == null) {
            time = Fields.timeOf(node.asText() + "Z"); // the original wrote UTC without saying so
        }
        if (time == null) {
            fields.fault(field, Fields.TIME_WANTED + ", or without a zone for UTC");
            return otherwise;
        }
        return time;
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private @Nullable String error(String field) {
        JsonNode node = fields.node(field);
        return node == null ? null : Storable.mend(node.isTextual() ? node.textValue() : node.toString(), MAX_ERROR);
    }

    /** As an export lists them; empty when it does not, or does not fit how the task stands. */
    private List<Past.Attempt> told(int made) {
        JsonNode list = fields.node("attempts");
        List<Past.Attempt> attempts = new ArrayList<>();
        if (list == null || !list.isArray()) {
            return attempts;
        }
        for (JsonNode one : list) {
            Instant from = Fields.timeOf(one.path("started_at").asText());
            Instant to = Fields.timeOf(one.path("ended_at").asText());
            if (from == null || to == null || to.isBefore(from)) {
                return List.of();
            }
            try {
                AttemptOutcome outcome =
                        AttemptOutcome.valueOf(one.path("outcome").asText().toUpperCase(java.util.Locale.ROOT));
                String error = one.hasNonNull("error")
                        ? Storable.mend(one.path("error").asText(), MAX_ERROR)
                        : null;
                attempts.add(new Past.Attempt(outcome, from, to, error));
            } catch (IllegalArgumentException e) {
                return List.of();
            }
        }
        if (status == TaskStatus.IN_PROGRESS && attempts.size() == made - 1) {
            Instant started = time(
                    "started_at",
                    attempts.isEmpty()
                            ? time("created_at", Instant.now())
                            : attempts.getLast().endedAt());
            attempts.add(lost(started));
        }
        return attempts.size() == made && fits(attempts) ? attempts : List.of();
    }

    private boolean fits(List<Past.Attempt> attempts) {
        for (int i = 0; i < attempts.size(); i++) {
            boolean mayBeGood = status == TaskStatus.COMPLETED && i == attempts.size() - 1;
            if (GOOD.contains(attempts.get(i).outcome()) != mayBeGood) {
                return false;
            }
        }
        return true;
    }

    private List<Past.Attempt> assumed(
            int made, Instant created, Instant started, Instant completed, @Nullable String error) {
        boolean good = status == TaskStatus.COMPLETED;
        List<Past.Attempt> attempts = new ArrayList<>();
        for (int number = 1; number < made; number++) {
            // what succeeded at last kept the error of the attempt before
            String old = good && number == made - 1 ? error : null;
            attempts.add(new Past.Attempt(AttemptOutcome.FAILED, created, created, old));
        }
        Instant ended = latest(started, completed);
        attempts.add(
                switch (status) {
                    case COMPLETED -> new Past.Attempt(goodOutcome(), started, ended, null);
                    case CANCELLED -> new Past.Attempt(AttemptOutcome.CANCELLED, started, ended, error);
                    case IN_PROGRESS -> lost(started);
                    case FAILED, SKIPPED, PENDING, SCHEDULED, BLOCKED, DEFERRED ->
                        new Past.Attempt(AttemptOutcome.FAILED, started, ended, error);
                });
        return attempts;
    }

    private static Past.Attempt lost(Instant started) {
        return new Past.Attempt(AttemptOutcome.LOST, started, started, "it was running when the file was written");
    }

    private AttemptOutcome goodOutcome() {
        JsonNode result = fields.node("result");
        boolean dry = fields.node("dry_run") instanceof JsonNode said && said.asBoolean()
                || result != null && result.path("dry_run").asBoolean();
        return dry ? AttemptOutcome.DRY_RUN : AttemptOutcome.SUCCEEDED;
    }

    private int left(List<Past.Attempt> attempts) {
        JsonNode said = fields.node("attempts_left");
        if (said != null && said.canConvertToInt() && said.intValue() >= 0) {
            return Math.min(said.intValue(), maxAttempts);
        }
        long counted = attempts.stream()
                .filter(attempt -> !UNCOUNTED.contains(attempt.outcome()))
                .count();
        return (int) Math.max(0, maxAttempts - counted);
    }

    private @Nullable String createdBy() {
        JsonNode by = fields.node("created_by");
        return by == null || !by.isTextual() ? null : Storable.mend(by.textValue(), 200);
    }

    private @Nullable String reason(@Nullable String otherwise) {
        JsonNode reason = fields.node("reason");
        String text = reason == null ? otherwise : reason.asText();
        // an export's own word for what it says by attempts_left
        return text == null || text.startsWith(Past.RESUMABLE) ? null : Storable.mend(text, MAX_REASON);
    }

    private @Nullable String result() {
        JsonNode result = fields.node("result");
        if (result == null) {
            return null;
        }
        if (fields.flag("result_is_text", false)) {
            result = Json.nodes().objectNode().set("unstorable_result", result);
        }
        String text = Json.write(Storable.mend(result));
        if (text.length() > MAX_RESULT) {
            fields.fault("result", "takes more than " + MAX_RESULT + " characters");
            return null;
        }
        return text;
    }
}
