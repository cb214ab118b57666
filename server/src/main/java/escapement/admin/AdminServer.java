package escapement.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.access.Admission;
import escapement.access.AuditRefusals;
import escapement.access.ForbiddenException;
import escapement.access.Sessions;
import escapement.access.Tokens;
import escapement.follow.JournalStore;
import escapement.json.InvalidInputException;
import escapement.json.Json;
import escapement.task.ConflictException;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.staticfiles.Location;
import java.net.BindException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.EofException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server: routes, the page's files, errors as problem JSON. */
public final class AdminServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AdminServer.class);
    private static final int MAX_BODY = 16_000_000;
    private static final long STOP_MILLIS = 5000;

    private final Javalin javalin;
    private final EventRoutes events;
    private final SlowSenders slowSenders = new SlowSenders();

    /**
     * Sets the server up without listening yet.
     *
     * @param routes all but those of sessions and of the live stream
     * @param uiFolder where to serve the page from instead of from the jar
     * @param whyNotReady why this node should not be sent requests; empty when it should
     * @param databaseAnswers whether it is worth while to ask the database anything
     */
    public AdminServer(
            List<Routes> routes,
            JournalStore journal,
            AuditRefusals auditRefusals,
            Admission admission,
            Tokens tokens,
            Sessions sessions,
            Optional<Path> uiFolder,
            Supplier<Optional<String>> whyNotReady,
            BooleanSupplier databaseAnswers) {
        events = new EventRoutes(journal);
        Doorman doorman = new Doorman(admission.hosts());
        javalin = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.concurrency.useVirtualThreads = true;
            config.http.maxRequestSize = MAX_BODY;
            config.http.prefer405over404 = true;
            config.jetty.modifyServer(server -> {
                server.setStopTimeout(STOP_MILLIS);
                server.setErrorHandler(new JettyErrors());
                slowSenders.watch(server);
            });
            addPage(config, uiFolder);
            Guard guard = new Guard(config.unsafe, admission, tokens, sessions, auditRefusals, databaseAnswers);
            config.routes.before(doorman::inspect);
            config.routes.before(guard::inspect); // before any other handler, or that one would answer to everybody
            config.routes.exception(ForbiddenException.class, guard::forbid);
            addErrors(config);
            new SessionRoutes(admission, tokens, sessions).addTo(config.routes);
            routes.forEach(some -> some.addTo(config.routes));
            events.addTo(config.routes, guard);
            config.routes.get(
                    "/healthz",
                    ctx -> ctx.contentType("application/json").result("{\"status\":\"alive\"}"),
                    Needs.NOTHING);
            config.routes.get("/readyz", ctx -> readiness(ctx, whyNotReady.get()), Needs.NOTHING);
            config.routes.get("/openapi.json", AdminServer::openApi, Needs.VIEWER);
        });
    }

    /** Listens. @throws PortTakenException when somebody else does */
    public void start(String bind, int port) {
        try {
            javalin.start(bind, port);
            slowSenders.start();
        } catch (RuntimeException e) {
            throw Causes.include(e, BindException.class) ? new PortTakenException(bind, port, e) : e;
        }
    }

    /** What may start has changed: whoever follows the stream is to ask for it. */
    public void stopsChanged() {
        events.stopsChanged();
    }

    public int port() {
        return javalin.port();
    }

    /** Every route this server answers, as {@code GET /api/v1/tasks/{id}}; the page's files are none. */
    public List<String> routes() {
        return javalin.unsafe.internalRouter.allHttpHandlers().stream()
                .map(route -> route.endpoint)
                .filter(endpoint -> endpoint.method.isHttpMethod())
                .map(endpoint -> endpoint.method.name() + " " + endpoint.path)
                .sorted()
                .toList();
    }

    private static void addPage(JavalinConfig config, Optional<Path> uiFolder) {
        config.staticFiles.add(files -> {
            files.hostedPath = "/";
            files.directory = uiFolder.map(Path::toString).orElse("/admin-ui");
            files.location = uiFolder.isPresent() ? Location.EXTERNAL : Location.CLASSPATH;
            files.headers = java.util.Map.of("Cache-Control", "no-cache"); // asked again each time, answered by ETag
        });
    }

    private static void addErrors(JavalinConfig config) {
        config.routes.exception(
                InvalidInputException.class,
                (e, ctx) -> Problem.invalid(e.faults()).answer(ctx));
        config.routes.exception(
                ConflictException.class,
                (e, ctx) -> ProblemException.conflict(String.valueOf(e.getMessage()))
                        .problem()
                        .answer(ctx));
        config.routes.exception(ProblemException.class, (e, ctx) -> e.problem().answer(ctx));
        config.routes.exception(HttpResponseException.class, AdminServer::refused);
        config.routes.exception(Exception.class, AdminServer::unexpected);
        config.routes.error(404, ctx -> answerIfEmpty(ctx, 404, "Not found", "there is nothing at " + ctx.path()));
        config.routes.error(
                405,
                ctx -> answerIfEmpty(
                        ctx, 405, "Method not allowed", ctx.method() + " is not possible at " + ctx.path()));
    }

    private static void refused(HttpResponseException e, Context ctx) {
        if (e.getStatus() == 404 || e.getStatus() == 405) {
            ctx.status(e.getStatus()); // answered by the handlers of these errors, which name the path
            return;
        }
        Problem.of(e.getStatus(), "Request refused", String.valueOf(e.getMessage()))
                .answer(ctx);
    }

    private static void answerIfEmpty(Context ctx, int status, String title, String detail) {
        if (!String.valueOf(ctx.res().getContentType()).startsWith("application/problem+json")) {
            Problem.of(status, title, detail).answer(ctx);
        }
    }

    private static void unexpected(Exception e, Context ctx) {
        if (DatabaseAway.isCause(e)) {
            log.warn("{} {} not answered: the database is away: {}", ctx.method(), ctx.path(), e.getMessage());
            DatabaseAway.problem(ctx).answer(ctx);
            return;
        }
        if (isBrokenOff(e)) {
            log.debug("{} {} broke off", ctx.method(), ctx.path(), e);
            Problem.of(
                            400,
                            "Request broken off",
                            "the request ends before its body does, or its body is malformed: send all of it")
                    .answer(ctx);
            return;
        }
        String incident = UUID.randomUUID().toString().substring(0, 8);
        log.error("incident {}: {} {} failed", incident, ctx.method(), ctx.path(), e);
        Problem.of(500, "Internal error", "the server failed; its log tells more under incident " + incident)
                .answer(ctx);
    }

    /** Whoever sent the request has gone, or has sent no whole one: no fault of ours, and mostly nobody there to answer. */
    private static boolean isBrokenOff(Throwable e) {
        return Causes.include(
                e, EofException.class, HttpException.class, ClosedChannelException.class, TimeoutException.class);
    }

    private static void readiness(Context ctx, Optional<String> whyNot) {
        ObjectNode answer = Json.nodes().objectNode().put("status", whyNot.isEmpty() ? "ready" : "not ready");
        whyNot.ifPresent(why -> answer.put("because", why));
        ctx.status(whyNot.isEmpty() ? 200 : 503).contentType("application/json").result(Json.write(answer));
    }

    private static void openApi(Context ctx) {
        ctx.contentType("application/json")
                .result(java.util.Objects.requireNonNull(AdminServer.class.getResourceAsStream("/openapi.json")));
    }

    /** Ends streams, lets requests in flight finish, then stops listening. */
    @Override
    public void close() {
        slowSenders.close();
        events.close();
        IdleConnections.close(javalin.jettyServer().server());
        javalin.stop();
    }
}
