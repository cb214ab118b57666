package escapement.admin;

import escapement.access.AuditRefusals;
import escapement.json.Json;
import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

/** Answers a change that the state of its target does not allow, and has it recorded that it was asked for. */
public final class Refusals {
    private final AuditRefusals audit;

    public Refusals(AuditRefusals audit) {
        this.audit = audit;
    }

    /** @param because what stands against it, for the caller and for the audit */
    ProblemException conflict(Context ctx, String operation, String target, @Nullable String reason, String because) {
        String detail = Json.write(Json.nodes().objectNode().put("because", because));
        audit.record(Caller.of(ctx), operation, target, reason, detail);
        return ProblemException.conflict(because);
    }
}
