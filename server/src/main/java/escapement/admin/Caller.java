package escapement.admin;

import escapement.access.Origin;
import escapement.access.Origin.Via;
import escapement.access.Principal;
import io.javalin.http.Context;

/** Who sends a request, and from where. */
final class Caller {
    private Caller() {}

    static Principal of(Context ctx) {
        // browsers set this header by themselves, programs do not
        Via via = "same-origin".equals(ctx.header("Sec-Fetch-Site")) ? Via.PAGE : Via.API;
        return Principal.LOCAL.from(new Origin(ctx.ip(), via));
    }
}
