package escapement.admin;

import escapement.access.Admission;
import escapement.access.AuditRefusals;
import escapement.access.ForbiddenException;
import escapement.access.Principal;
import escapement.access.Recognition;
import escapement.access.Recognition.Known;
import escapement.access.Recognition.Unknown;
import escapement.access.Sessions;
import escapement.access.Tokens;
import escapement.json.Json;
import escapement.json.Storable;
import io.javalin.config.JavalinState;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.router.ParsedEndpoint;
import io.javalin.security.Roles;
import io.javalin.security.RouteRole;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who sends a request, and lets it pass only to a route that the caller may use.
 *
 * <p>It asks the router itself which route will answer, so no spelling of a path is one route to it and another to the
 * router; what it does not know to be open is closed. Thread-safe.
 */
final class Guard {
    /** Writes by a session must have it: no form and no simple request of another page can send it. */
    static final String WRITE_HEADER = "X-Escapement-Request";

    private static final Set<HandlerType> READS = Set.of(HandlerType.GET, HandlerType.HEAD);
    private static final String BEARER = "Bearer ";

    private final JavalinState router;
    private final Admission admission;
    private final Tokens tokens;
    private final Sessions sessions;
    private final AuditRefusals refusals;
    private final BooleanSupplier databaseAnswers;

    /**
     * @param router whose routes are guarded
     * @param databaseAnswers whether anything behind them can be had
     */
    Guard(
            JavalinState router,
            Admission admission,
            Tokens tokens,
            Sessions sessions,
            AuditRefusals refusals,
            BooleanSupplier databaseAnswers) {
        this.router = router;
        this.admission = admission;
        this.tokens = tokens;
        this.sessions = sessions;
        this.refusals = refusals;
        this.databaseAnswers = databaseAnswers;
    }

    void inspect(Context ctx) {
        ParsedEndpoint route = route(ctx);
        if (route == null ? isOfThePage(ctx) : needs(route) == Needs.NOTHING) {
            return;
        }
        if (!databaseAnswers.getAsBoolean()) { // over a line that is dead, to ask it takes half a minute
            throw new ProblemException(DatabaseAway.problem(ctx));
        }
        Principal principal = principal(ctx);
        Caller.is(ctx, principal);
        if (route != null) {
            check(ctx, route, principal);
        } // else nothing is there: told to whoever may know what is
    }

    /** Whether who sent this request could send it still; for answers that take long. */
    boolean isStillKnown(Context ctx) {
        return !admission.login() || recognise(ctx) instanceof Known;
    }

    private @Nullable ParsedEndpoint route(Context ctx) {
        String path = ctx.path().substring(ctx.contextPath().length());
        ParsedEndpoint route = router.internalRouter.findFirstHttpHandlerEntry(ctx.method(), path);
        return route == null && ctx.method().equals(HandlerType.HEAD)
                ? router.internalRouter.findFirstHttpHandlerEntry(HandlerType.GET, path) // what the router does with it
                : route;
    }

    private static @Nullable Needs needs(ParsedEndpoint route) {
        Roles roles = route.endpoint.metadata(Roles.class);
        Set<RouteRole> declared = roles == null ? Set.of() : roles.getRoles();
        return declared.size() == 1 && declared.iterator().next() instanceof Needs needs ? needs : null;
    }

    private boolean isOfThePage(Context ctx) {
        return READS.contains(ctx.method()) && router.resourceHandler != null && router.resourceHandler.canHandle(ctx);
    }

    private Principal principal(Context ctx) {
        if (!admission.login()) {
            return Principal.LOCAL;
        }
        return switch (recognise(ctx)) {
            case Known known -> known.principal();
            case Unknown unknown -> throw unknown(ctx, unknown.because());
        };
    }

    private Recognition recognise(Context ctx) {
        String authorization = ctx.header("Authorization");
        if (authorization != null) {
            return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                    ? tokens.recognise(authorization.substring(BEARER.length()).strip())
                    : new Unknown("only 'Authorization: Bearer …' with a token is understood");
        }
        String session = ctx.cookie(SessionRoutes.COOKIE);
        if (session != null) {
            return sessions.recognise(session);
        }
        return new Unknown("this needs a token: send it as 'Authorization: Bearer …', or sign in on the page");
    }

    static ProblemException unknown(Context ctx, String because) {
        ctx.header("WWW-Authenticate", "Bearer");
        return new ProblemException(Problem.of(401, "Not signed in", because));
    }

    private void check(Context ctx, ParsedEndpoint route, Principal principal) {
        if (isWrite(ctx) && isBySession(ctx) && ctx.header(WRITE_HEADER) == null) {
            throw new ForbiddenException("a write with the page's cookie needs the header " + WRITE_HEADER + ": 1 too");
        }
        Needs needs = needs(route);
        if (needs == null) {
            throw new ForbiddenException(ctx.path() + " is open to nobody: its route names no role");
        }
        needs.check(principal);
    }

    private boolean isBySession(Context ctx) {
        return admission.login() && ctx.header("Authorization") == null;
    }

    private static boolean isWrite(Context ctx) {
        return !READS.contains(ctx.method());
    }

    /** Answers what a known caller may not do; a write is recorded. */
    void forbid(ForbiddenException e, Context ctx) {
        String because = String.valueOf(e.getMessage());
        if (isWrite(ctx)) {
            refusals.record(
                    Caller.of(ctx),
                    "request",
                    Storable.shorten(ctx.method() + " " + ctx.path()),
                    null,
                    Json.write(Json.nodes().objectNode().put("because", because)));
        }
        Problem.of(403, "Forbidden", because).answer(ctx);
    }
}
