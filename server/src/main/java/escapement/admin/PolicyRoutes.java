package escapement.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.gate.PolicyJson;
import escapement.gate.PolicyRule;
import escapement.gate.Preset;
import escapement.json.Fields;
import escapement.json.Json;
import escapement.queue.Policies;
import escapement.queue.Policies.Policy;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Set;

/** The policy in force, those before it, and what another one would do. */
public final class PolicyRoutes implements Routes {
    private final Policies policies;
    private final Refusals refusals;

    public PolicyRoutes(Policies policies, Refusals refusals) {
        this.policies = policies;
        this.refusals = refusals;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/policy", ctx -> TaskRoutes.answer(ctx, json(policies.inForce())), Needs.VIEWER);
        routes.put("/api/v1/policy", this::put, Needs.ADMIN);
        routes.post("/api/v1/policy/preview", this::preview, Needs.VIEWER);
        routes.get("/api/v1/policy/versions", this::list, Needs.VIEWER);
        routes.get("/api/v1/policy/versions/{version}", this::version, Needs.VIEWER);
    }

    private void put(Context ctx) {
        Request request = Fields.readAll(Json.parseInput(ctx.bodyAsBytes()), Request::read);
        Policies.Put put = policies.put(Caller.of(ctx), request.version(), request.rules(), request.reason());
        if (!put.done()) {
            throw refusals.conflict(
                    ctx,
                    "policy.put",
                    Integer.toString(request.version() + 1),
                    request.reason(),
                    "version " + put.inForce().version() + " is in force and the change was made for version "
                            + request.version() + ": look at it again");
        }
        TaskRoutes.answer(ctx, json(put.inForce()));
    }

    private void preview(Context ctx) {
        List<PolicyRule> rules = Fields.readAll(Json.parseInput(ctx.bodyAsBytes()), fields -> {
            List<PolicyRule> read = readRules(fields);
            fields.refuseUnread();
            return read;
        });
        Policies.Preview preview = policies.preview(rules);
        TaskRoutes.answer(
                ctx,
                Json.nodes()
                        .objectNode()
                        .put("waiting", preview.waiting())
                        .put("held", preview.held())
                        .put("rejected", preview.rejected())
                        .put("dry_run", preview.dryRun())
                        .put("recorded", preview.recorded())
                        .put("held_now", preview.heldNow())
                        .put("released", preview.released()));
    }

    private void list(Context ctx) {
        Query query = new Query(ctx, Set.of("limit", "before"));
        int limit = query.integer("limit", 1, TaskRoutes.MAX_PAGE, TaskRoutes.PAGE);
        int before = query.integer("before", 1, Integer.MAX_VALUE, Integer.MAX_VALUE);
        query.check();
        List<Policy> found = policies.list(before, limit + 1);
        ObjectNode answer = Json.nodes().objectNode();
        ArrayNode items = answer.putArray("items");
        found.stream().limit(limit).map(PolicyRoutes::json).forEach(items::add);
        answer.put(
                "next",
                found.size() > limit ? Integer.toString(found.get(limit - 1).version()) : null);
        TaskRoutes.answer(ctx, answer);
    }

    private void version(Context ctx) {
        String version = ctx.pathParam("version");
        TaskRoutes.answer(
                ctx,
                parsed(version)
                        .flatMap(policies::find)
                        .map(PolicyRoutes::json)
                        .orElseThrow(() ->
                                ProblemException.notFound("there is no version '" + version + "' of the policy")));
    }

    private static java.util.Optional<Integer> parsed(String version) {
        try {
            return java.util.Optional.of(Integer.parseInt(version));
        } catch (NumberFormatException e) {
            return java.util.Optional.empty();
        }
    }

    /** Rules, written out or by the name of a preset. */
    private static List<PolicyRule> readRules(Fields fields) {
        fields.node("preset"); // known, given or not
        if (!fields.has("preset")) {
            return PolicyJson.read(fields);
        }
        if (fields.isGiven("rules")) {
            fields.fault("rules", "excludes preset: give one of the two");
        }
        fields.node("rules");
        return fields.oneOf("preset", Preset.class, Preset.DEFAULT).rules();
    }

    private static ObjectNode json(Policy policy) {
        ObjectNode json = Json.nodes()
                .objectNode()
                .put("version", policy.version())
                .put("created_at", policy.createdAt().toString())
                .put("created_by", policy.createdBy())
                .put("reason", policy.reason());
        json.set("rules", PolicyJson.write(policy.rules()));
        return json;
    }

    /** @param version that the caller saw and wants to replace */
    private record Request(int version, String reason, List<PolicyRule> rules) {
        static Request read(Fields fields) {
            int version = fields.requiredInteger("version", 1, Integer.MAX_VALUE - 1);
            String reason = fields.requiredText("reason", 1000);
            List<PolicyRule> rules = readRules(fields);
            fields.refuseUnread();
            return new Request(version, reason == null ? "" : reason, rules);
        }
    }
}
