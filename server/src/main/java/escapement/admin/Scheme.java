package escapement.admin;

import io.javalin.http.Context;
import java.util.Locale;

/** Whether a caller speaks HTTPS, which may end at a proxy in front of this server. */
final class Scheme {
    private Scheme() {}

    // a page of another origin cannot set this header, and a program gains nothing by it
    static String of(Context ctx) {
        String forwarded = ctx.header("X-Forwarded-Proto");
        return forwarded == null
                ? ctx.scheme()
                : forwarded.replaceFirst(",.*", "").strip().toLowerCase(Locale.ROOT);
    }
}
