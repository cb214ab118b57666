package escapement.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.calibration.map.Drift;
import escapement.calibration.map.DriftSeries;
import escapement.calibration.map.DriftWatch;
import escapement.calibration.map.MapVersion;
import escapement.calibration.map.MapVersion.Decision;
import escapement.calibration.map.MapVersion.InForce;
import escapement.calibration.map.MapVersion.Publication;
import escapement.calibration.map.Maps;
import escapement.json.Fields;
import escapement.json.Json;
import escapement.json.Storable;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Calibration maps: fitted, put in force, taken back, watched; and what they were part of. */
public final class MapRoutes implements Routes {
    private static final int MAX_REASON = 1000;
    private static final int MAX_NAME = 64;
    private static final Pattern AFTER = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})");

    private final Maps maps;
    private final DriftWatch drift;
    private final Refusals refusals;

    public MapRoutes(Maps maps, DriftWatch drift, Refusals refusals) {
        this.maps = maps;
        this.drift = drift;
        this.refusals = refusals;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/calibration/maps", this::list, Needs.VIEWER);
        routes.post("/api/v1/calibration/maps/fit", this::fit, Needs.OPERATOR);
        routes.post("/api/v1/calibration/maps/rollback", this::rollback, Needs.ADMIN);
        routes.get("/api/v1/calibration/maps/{version}", this::version, Needs.VIEWER);
        routes.post("/api/v1/calibration/maps/{version}/publish", this::publish, Needs.ADMIN);
        routes.get("/api/v1/calibration/maps/{version}/decisions", this::decisions, Needs.VIEWER);
        routes.get("/api/v1/calibration/drift", this::drift, Needs.VIEWER);
        routes.get("/api/v1/calibration/drift/series", this::driftSeries, Needs.VIEWER);
    }

    private void list(Context ctx) {
        Query query = new Query(ctx, Set.of("limit", "before"));
        int limit = query.integer("limit", 1, TaskRoutes.MAX_PAGE, TaskRoutes.PAGE);
        int before = query.integer("before", 1, Integer.MAX_VALUE, Integer.MAX_VALUE);
        query.check();
        List<MapVersion> found = maps.list(before, limit + 1);
        ObjectNode answer = Json.nodes().objectNode();
        ArrayNode inForce = answer.putArray("in_force");
        maps.inForce().forEach(one -> inForce.add(inForce(one)));
        ArrayNode items = answer.putArray("items");
        found.stream().limit(limit).map(MapRoutes::summary).forEach(items::add);
        answer.put(
                "next",
                found.size() > limit ? Integer.toString(found.get(limit - 1).version()) : null);
        TaskRoutes.answer(ctx, answer);
    }

    private void fit(Context ctx) {
        Fields.readAll(Json.parseInput(ctx.bodyAsBytes()), fields -> {
            fields.refuseUnread();
            return true;
        });
        ObjectNode answer = Json.nodes().objectNode();
        ArrayNode items = answer.putArray("items");
        maps.fit(Caller.of(ctx))
                .forEach(fit -> items.addObject()
                        .put("action", fit.action())
                        .put("version", fit.version())
                        .put("changed", fit.isChanged())
                        .put("needs_person", fit.isLongStep())
                        .set("scores", fit.scores()));
        TaskRoutes.answer(ctx, answer);
    }

    private void version(Context ctx) {
        MapVersion map = versionOf(ctx).flatMap(maps::find).orElseThrow(() -> notFound(ctx));
        ObjectNode json = summary(map);
        map.parameters().forEach(json.putArray("parameters")::add);
        map.covariance().forEach(json.putArray("covariance")::add);
        map.knots().values().forEach(json.putArray("knots")::add);
        map.knots().lower80().forEach(json.putArray("lower80")::add);
        TaskRoutes.answer(ctx, json);
    }

    private void publish(Context ctx) {
        String reason = Fields.readAll(Json.parseInput(ctx.bodyAsBytes()), fields -> {
            String given = fields.requiredText("reason", MAX_REASON);
            fields.refuseUnread();
            return given == null ? "" : given;
        });
        int version = versionOf(ctx).orElseThrow(() -> notFound(ctx));
        answer(
                ctx,
                maps.publish(Caller.of(ctx), version, reason),
                "calibration.publish",
                Integer.toString(version),
                reason);
    }

    private void rollback(Context ctx) {
        Rollback wanted = Fields.readAll(Json.parseInput(ctx.bodyAsBytes()), Rollback::read);
        answer(
                ctx,
                maps.rollback(Caller.of(ctx), wanted.action(), wanted.version(), wanted.reason()),
                "calibration.rollback",
                Objects.requireNonNullElse(wanted.action(), "all actions"),
                wanted.reason());
    }

    private void answer(Context ctx, Maps.Change change, String operation, String target, String reason) {
        switch (change) {
            case Maps.Change.Done done ->
                TaskRoutes.answer(ctx, publication(done.publication()).put("policy_version", done.policy()));
            case Maps.Change.NoSuch none -> throw ProblemException.notFound(none.because());
            case Maps.Change.Refused refused ->
                throw refusals.conflict(ctx, operation, target, reason, refused.because());
        }
    }

    private void decisions(Context ctx) {
        Query query = new Query(ctx, Set.of("limit", "after"));
        int limit = query.integer("limit", 1, TaskRoutes.MAX_PAGE, TaskRoutes.PAGE);
        String given = query.text("after");
        Matcher after = AFTER.matcher(given == null ? "0-0" : given);
        boolean isPlace = after.matches();
        if (!isPlace) {
            query.fault("after", "must be what the page before gave as next");
        }
        query.check();
        int version =
                versionOf(ctx).flatMap(maps::find).map(MapVersion::version).orElseThrow(() -> notFound(ctx));
        List<Decision> found =
                maps.decisions(version, Long.parseLong(after.group(1)), Long.parseLong(after.group(2)), limit + 1);
        ObjectNode answer = Json.nodes().objectNode();
        ArrayNode items = answer.putArray("items");
        found.stream().limit(limit).map(MapRoutes::decision).forEach(items::add);
        Decision last = found.size() > limit ? found.get(limit - 1) : null;
        answer.put("next", last == null ? null : last.taskId() + "-" + last.id());
        TaskRoutes.answer(ctx, answer);
    }

    private void drift(Context ctx) {
        ObjectNode answer = Json.nodes().objectNode();
        ArrayNode items = answer.putArray("items");
        drift.list().forEach(one -> items.add(drift(one)));
        answer.putNull("next");
        TaskRoutes.answer(ctx, answer);
    }

    private void driftSeries(Context ctx) {
        Query query = new Query(ctx, Set.of("action"));
        String action = query.text("action");
        query.check();
        DriftSeries series = drift.series(action)
                .orElseThrow(() -> ProblemException.notFound(
                        "there is no action '" + Storable.shorten(Objects.requireNonNullElse(action, "")) + "'"));
        ObjectNode answer = Json.nodes()
                .objectNode()
                .put("action", action)
                .put("map_version", series.version())
                .put("since", series.since().toString())
                .put("limit", Drift.LIMIT);
        ArrayNode items = answer.putArray("items");
        series.points()
                .forEach(point -> items.addObject()
                        .put("day", point.day().toString())
                        .put("n", point.n())
                        .put("up", point.up())
                        .put("down", point.down()));
        TaskRoutes.answer(ctx, answer);
    }

    private static Optional<Integer> versionOf(Context ctx) {
        try {
            return Optional.of(Integer.parseInt(ctx.pathParam("version")));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static ProblemException notFound(Context ctx) {
        return ProblemException.notFound("there is no version '" + ctx.pathParam("version") + "' of a calibration map");
    }

    private static ObjectNode summary(MapVersion map) {
        ObjectNode json = Json.nodes()
                .objectNode()
                .put("version", map.version())
                .put("action", map.action())
                .put("in_force", map.inForce())
                .put("parent", map.parent())
                .put("created_at", map.createdAt().toString())
                .put("created_by", map.createdBy())
                .put("code", map.code())
                .put("method", map.method())
                .put("n", map.n())
                .put("s", map.successes())
                .put("from", map.from() == null ? null : map.from().toString())
                .put("to", map.to() == null ? null : map.to().toString())
                .put("half_life_days", map.halfLifeDays())
                .put("inputs_hash", map.inputsHash())
                .put("knots_hash", map.knotsHash());
        json.set("scores", Json.parse(map.scores()));
        return json;
    }

    private static ObjectNode inForce(InForce inForce) {
        return publication(inForce.publication()).put("stale", inForce.isStale());
    }

    private static ObjectNode publication(Publication publication) {
        return Json.nodes()
                .objectNode()
                .put("action", publication.action())
                .put("version", publication.version())
                .put("at", publication.at().toString())
                .put("by", publication.principal())
                .put("reason", publication.reason())
                .put("kind", publication.kind().name());
    }

    private static ObjectNode decision(Decision decision) {
        return Json.nodes()
                .objectNode()
                .put("task_id", Long.toString(decision.taskId()))
                .put("at", decision.at().toString())
                .put("attempt", decision.attempt())
                .put("decision", decision.decision())
                .put("code", decision.code())
                .put("confidence_score", decision.confidenceScore())
                .put("calibrated", decision.calibrated())
                .put("calibrated_lower", decision.calibratedLower())
                .put("map_stale", decision.isStale())
                .put("statistic", decision.statistic())
                .put("value", decision.value())
                .put("threshold", decision.threshold())
                .put("policy_version", decision.policyVersion());
    }

    private static ObjectNode drift(Drift drift) {
        return Json.nodes()
                .objectNode()
                .put("action", drift.action())
                .put("map_version", drift.version())
                .put("map_published_at", time(drift.publishedAt()))
                .put("map_stale", drift.isStale())
                .put("computed_at", drift.computedAt().toString())
                .put("n", drift.n())
                .put("batches", drift.batches())
                .put("up", drift.up())
                .put("down", drift.down())
                .put("limit", Drift.LIMIT)
                .put(
                        "alarm_since",
                        drift.alarmSince() == null ? null : drift.alarmSince().toString())
                .put("shift", drift.shift())
                .put("psi", drift.psi())
                .put("mix", drift.mixMove() == null ? null : drift.mixMove().name());
    }

    private static @Nullable String time(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }

    /** @param action null for the map of all @param version null for the one before */
    private record Rollback(
            @Nullable String action, @Nullable Integer version, String reason) {
        static Rollback read(Fields fields) {
            String reason = fields.requiredText("reason", MAX_REASON);
            int version = fields.integer("version", 1, Integer.MAX_VALUE, 0);
            Rollback rollback = new Rollback(
                    fields.text("action", MAX_NAME), version == 0 ? null : version, reason == null ? "" : reason);
            fields.refuseUnread();
            return rollback;
        }
    }
}
