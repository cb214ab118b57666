package escapement.admin;

import escapement.access.Origin;
import escapement.access.Origin.Via;
import escapement.access.Principal;
import io.javalin.http.Context;

/** Who sends a request, and from where; the guard has found it out before any route asks. */
final class Caller {
    private static final String PRINCIPAL = "principal";

    private Caller() {}

    static void is(Context ctx, Principal principal) {
        // browsers set this header by themselves, programs do not
        Via via = "same-origin".equals(ctx.header("Sec-Fetch-Site")) ? Via.PAGE : Via.API;
        ctx.attribute(PRINCIPAL, principal.from(new Origin(ctx.ip(), via)));
    }

    static Principal of(Context ctx) {
        Principal principal = ctx.attribute(PRINCIPAL);
        if (principal == null) {
            throw new IllegalStateException(ctx.path() + " is open to anybody and asks who it is");
        }
        return principal;
    }
}
