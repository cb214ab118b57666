package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Waits until nothing more happens without a person, and tells how it ended. */
final class Waiter {
    private static final int SLICE_SECONDS = 20;
    private static final Set<String> BAD_ENDS = Set.of("FAILED", "CANCELLED");
    private static final Set<String> ENDS = Set.of("COMPLETED", "FAILED", "SKIPPED", "CANCELLED");

    private final Call call;
    private final Patience patience;

    Waiter(Call call, Patience patience) {
        this.call = call;
        this.patience = patience;
    }

    /** @return the exit code */
    int task(String id) {
        String path = "/api/v1/tasks/" + Api.segment(id);
        boolean settled = settles(path, SLICE_SECONDS);
        Reply task = call.api().get(path);
        call.answer(task, Waiter::ended);
        if (!settled) {
            throw timedOut("task " + id + " is " + status(task));
        }
        return status(task).equals("COMPLETED") ? ExitCode.OK : ExitCode.ENDED_BADLY;
    }

    private static String ended(JsonNode task) {
        return Text.fields(task, "id", "status", "reason", "error", "result");
    }

    /** @return the exit code */
    int workflow(String id) {
        String path = "/api/v1/workflows/" + Api.segment(id);
        try (Progress progress = new Progress(!call.wantsJson())) {
            while (true) {
                Reply reply = wait(path, progress.isShown() ? 1 : SLICE_SECONDS);
                JsonNode counts = reply.json().path("counts");
                progress.at(sum(counts, entry -> ENDS.contains(entry.getKey())), sum(counts, entry -> true));
                boolean settled = reply.json().path("settled").booleanValue();
                if (settled || patience.isOver()) {
                    progress.close();
                    call.answer(reply, Waiter::standing);
                    if (!settled) {
                        throw timedOut("workflow " + id + " goes on");
                    }
                    return isGood(counts) ? ExitCode.OK : ExitCode.ENDED_BADLY;
                }
            }
        }
    }

    private static String standing(JsonNode workflow) {
        JsonNode counts = workflow.path("counts");
        return Text.fields(counts, names(counts));
    }

    private static String[] names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toArray(String[]::new);
    }

    /** Whether all have ended, and none badly; a branch not taken leaves SKIPPED behind, which is as it should be. */
    private static boolean isGood(JsonNode counts) {
        return counts.properties().stream()
                .map(Map.Entry::getKey)
                .allMatch(status -> ENDS.contains(status) && !BAD_ENDS.contains(status));
    }

    /** Waits for many. @return the exit code */
    int tasks(List<String> ids) {
        boolean good = true;
        try (Progress progress = new Progress(!call.wantsJson())) {
            for (int i = 0; i < ids.size(); i++) {
                String path = "/api/v1/tasks/" + Api.segment(ids.get(i));
                while (!settles(path, 1)) {
                    progress.at(i, ids.size());
                    if (patience.isOver()) {
                        throw timedOut("of " + ids.size() + " tasks " + i + " have ended");
                    }
                }
                progress.at(i + 1L, ids.size());
                Reply task = call.api().get(path);
                if (call.wantsJson()) {
                    Call.say(task.body());
                }
                String status = status(task);
                if (!ENDS.contains(status) || BAD_ENDS.contains(status)) {
                    good = false;
                    progress.close();
                    System.err.println("task " + ids.get(i) + " is " + status + ": "
                            + Text.of(task.json().path(status.equals("FAILED") ? "error" : "reason")));
                }
            }
        }
        return good ? ExitCode.OK : ExitCode.ENDED_BADLY;
    }

    /** @param slice how long, before somebody may look at the clock */
    private boolean settles(String path, int slice) {
        do {
            if (wait(path, slice).json().path("settled").booleanValue()) {
                return true;
            }
        } while (slice > 1 && !patience.isOver());
        return false;
    }

    private Reply wait(String path, int slice) {
        return call.api().get(path + "/wait", Map.of("timeout_seconds", Long.toString(patience.seconds(slice))));
    }

    private static long sum(JsonNode counts, Predicate<Map.Entry<String, JsonNode>> which) {
        return counts.properties().stream()
                .filter(which)
                .mapToLong(entry -> entry.getValue().longValue())
                .sum();
    }

    private static String status(Reply task) {
        return task.json().path("status").asText();
    }

    private static ClientException timedOut(String standing) {
        return new ClientException(
                ExitCode.TIMED_OUT, "waited long enough: " + standing + "; it goes on without you, wait again for it");
    }
}
