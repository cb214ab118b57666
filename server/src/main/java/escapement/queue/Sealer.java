package escapement.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.catalog.Catalog;
import escapement.catalog.Catalog.OfferedAction;
import escapement.json.Fault;
import escapement.json.InvalidInputException;
import escapement.json.Json;
import escapement.json.Storable;
import escapement.secret.SecretException;
import escapement.secret.Secrets;
import escapement.task.BranchReader;
import escapement.task.IdempotencyKey;
import escapement.task.NewBranch;
import escapement.task.NewTask;
import escapement.task.NewTaskReader;
import escapement.task.Submission;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Seals what callers gave in the clear for parameters that their actions mark as sensitive. Thread-safe. */
final class Sealer {
    private final Catalog catalog;
    private final Secrets secrets;

    Sealer(Catalog catalog, Secrets secrets) {
        this.catalog = catalog;
        this.secrets = secrets;
    }

    /** The same tasks as they may be stored. @throws InvalidInputException when this node cannot seal */
    List<Submission> seal(List<Submission> submissions) {
        List<Fault> faults = new ArrayList<>();
        List<Submission> sealed = new ArrayList<>(submissions.size());
        for (Submission submission : submissions) {
            NewTask task = seal(submission.task(), submission.path(), faults);
            sealed.add(
                    task == submission.task() ? submission : new Submission(task, submission.ref(), submission.path()));
        }
        if (!faults.isEmpty()) {
            throw new InvalidInputException(faults);
        }
        return sealed;
    }

    /** The task itself when nothing in it is sensitive. */
    private NewTask seal(NewTask task, String path, List<Fault> faults) {
        String params = seal(catalog.find(task.actionName()), task.actionParams(), path + "/action_params", faults);
        List<NewBranch> branches = sealBranches(task, path + "/conditional_branches", faults);
        if (params.equals(task.actionParams()) && branches.equals(task.branches())) {
            return task;
        }
        return task.sealed(params, branches, sealed(task.idempotencyKey()));
    }

    private List<NewBranch> sealBranches(NewTask task, String path, List<Fault> faults) {
        List<NewBranch> sealed = new ArrayList<>(task.branches().size());
        for (int i = 0; i < task.branches().size(); i++) {
            NewBranch branch = task.branches().get(i);
            NewTask template = branch.template();
            NewTask hidden = template == null ? null : seal(template, path + "/" + i + "/next_task_template", faults);
            sealed.add(hidden == null || hidden == template ? branch : branch.sealed(hidden));
        }
        if (!sealed.equals(task.branches()) && BranchReader.tooLong(sealed)) {
            faults.add(
                    new Fault(path, null, "is too long with its sensitive values sealed: use references to secrets"));
        }
        return sealed;
    }

    /**
     * The template of a stored branch with the key that the same task would have if a caller had asked for it: each sealing of
     * a value differs, so a digest of the stored form would recognise nothing.
     */
    NewTask recognisable(NewBranch branch) {
        NewTask template = Objects.requireNonNull(branch.template());
        IdempotencyKey key = template.idempotencyKey();
        if (key == null || !Secrets.hasSealed(Json.write(branch.json()))) {
            return template;
        }
        try {
            IdempotencyKey given = key.of(unsealed((ObjectNode) branch.json().get("next_task_template")));
            return template.sealed(template.actionParams(), template.branches(), sealed(given));
        } catch (SecretException e) {
            return template; // the task that it makes will say which key is missing
        }
    }

    private ObjectNode unsealed(ObjectNode task) throws SecretException {
        ObjectNode copy = task.deepCopy();
        if (copy.has("action_params")) {
            copy.set("action_params", secrets.unseal(copy.path("action_name").asText(), copy.path("action_params")));
        }
        for (JsonNode branch : copy.path("conditional_branches")) {
            if (branch.path("next_task_template") instanceof ObjectNode template) {
                ((ObjectNode) branch).set("next_task_template", unsealed(template));
            }
        }
        return copy;
    }

    private @Nullable IdempotencyKey sealed(@Nullable IdempotencyKey key) {
        List<String> digests = key == null ? List.of() : secrets.fingerprints(key.digest());
        return key == null || digests.isEmpty() ? key : key.withDigests(digests);
    }

    /** Parameters as they may be stored; as they are when nothing in them is sensitive. */
    String seal(@Nullable OfferedAction action, String params, String path, List<Fault> faults) {
        Set<String> sensitive = action == null ? Set.of() : action.sensitive(params);
        if (sensitive.isEmpty()) {
            return params;
        }
        JsonNode given = Json.parse(params);
        if (!secrets.canSeal()) {
            refuseUnsealed(given, sensitive, path, faults);
            return params;
        }
        String name = Objects.requireNonNull(action).entry().name();
        JsonNode sealed = secrets.seal(name, given, sensitive);
        if (sealed.equals(given)) {
            return params;
        }
        return refuseUnfit(sealed, path, faults);
    }

    private static void refuseUnsealed(JsonNode given, Set<String> sensitive, String path, List<Fault> faults) {
        for (String at : Secrets.inTheClear(given, sensitive)) {
            faults.add(
                    new Fault(
                            path + at,
                            null,
                            "is a sensitive value, and this node has no key to seal it with: give a reference such as secret:NAME, or set ESCAPEMENT_KEY_FILE"));
        }
    }

    private static String refuseUnfit(JsonNode sealed, String path, List<Fault> faults) {
        Storable.check(sealed, path, faults);
        String text = Json.write(sealed);
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > NewTaskReader.MAX_PARAMS_BYTES) {
            faults.add(new Fault(
                    path,
                    null,
                    "is " + bytes + " bytes of JSON with its sensitive values sealed; at most "
                            + NewTaskReader.MAX_PARAMS_BYTES + " are accepted"));
        }
        return text;
    }
}
