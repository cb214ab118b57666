package escapement.admin;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;

/**
 * Looks at every request before anything else does, static files included.
 *
 * <p>The Host must be a name of this machine, the address that the caller has reached it by, or one of those set, or a page
 * anywhere could reach this server through a name it lets resolve here (DNS rebinding). A write must not come from another
 * origin.
 */
final class Doorman {
    private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<HandlerType> READS = Set.of(HandlerType.GET, HandlerType.HEAD);

    private final Set<String> hosts;

    /** @param hosts further names, in lower case and without ports */
    Doorman(Set<String> hosts) {
        this.hosts = hosts;
    }

    void inspect(Context ctx) {
        harden(ctx);
        String host = ctx.header("Host");
        if (host == null || !isOurs(withoutPort(host), ctx)) {
            throw new ProblemException(Problem.of(
                    421,
                    "Misdirected request",
                    "this server answers to localhost, its own addresses and what ESCAPEMENT_HOSTS names, not to the host '"
                            + host + "'"));
        }
        if (!READS.contains(ctx.method()) && comesFromElsewhere(ctx, host)) {
            throw new ProblemException(Problem.of(
                    403,
                    "Forbidden",
                    "a page of another origin may not write here (Origin: " + ctx.header("Origin") + ")"));
        }
    }

    private boolean isOurs(String name, Context ctx) {
        return LOCAL_NAMES.contains(name)
                || hosts.contains(name)
                || isAddressOf(name, ctx.req().getLocalAddr());
    }

    /** Whether a literal address is that one, however it is written. */
    private static boolean isAddressOf(String name, String address) {
        try {
            return InetAddress.ofLiteral(name).equals(InetAddress.ofLiteral(address));
        } catch (IllegalArgumentException e) {
            return false; // a name, and names can be made to resolve to anything
        }
    }

    private static boolean comesFromElsewhere(Context ctx, String host) {
        String site = ctx.header("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            return true;
        }
        String origin = ctx.header("Origin");
        return origin != null
                && !origin.toLowerCase(Locale.ROOT).equals(Scheme.of(ctx) + "://" + host.toLowerCase(Locale.ROOT));
    }

    private static String withoutPort(String host) {
        int end = host.startsWith("[") ? host.indexOf(']') + 1 : host.indexOf(':');
        return (end > 0 ? host.substring(0, end) : host).toLowerCase(Locale.ROOT);
    }

    private static void harden(Context ctx) {
        ctx.header(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
                        + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
        ctx.header("X-Content-Type-Options", "nosniff");
        ctx.header("Referrer-Policy", "no-referrer");
        ctx.header("Cross-Origin-Opener-Policy", "same-origin");
        ctx.header("Cross-Origin-Resource-Policy", "same-origin");
    }
}
