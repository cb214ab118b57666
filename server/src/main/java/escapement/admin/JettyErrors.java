package escapement.admin;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers what Jetty refuses before any route sees it, such as a malformed path, as problem JSON too. */
final class JettyErrors extends ErrorHandler {
    // of what only the sender can mend, an odd version or transfer coding: who watches 5xx looks for faults of ours
    private static final int NOT_IMPLEMENTED = 501;
    private static final int VERSION_NOT_SUPPORTED = 505;
    private static final int BAD_REQUEST = 400;

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            String message,
            @Nullable Throwable cause,
            Callback callback) {
        int status = code == NOT_IMPLEMENTED || code == VERSION_NOT_SUPPORTED ? BAD_REQUEST : code;
        response.setStatus(status);
        String detail = message == null || message.isBlank() ? "the request cannot be understood" : message;
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/problem+json");
        Content.Sink.write(
                response, true, Problem.of(status, "Request refused", detail).json(), callback);
    }
}
