package escapement.support;

import escapement.access.NewToken;
import escapement.access.Principal;
import escapement.access.Role;
import escapement.access.Token;
import escapement.access.Tokens.Issued;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;

/** Who asks a server that wants to know. */
public final class People {
    private final TestServer server;

    public People(TestServer server) {
        this.server = server;
    }

    public Issued issue(String name, Role... roles) {
        NewToken wanted = new NewToken(name, List.of(roles), List.of(), Duration.ofDays(1));
        return server.server().tokens().create(Principal.LOCAL, wanted, null);
    }

    /** Makes a token. @return its secret */
    public String token(String name, Role... roles) {
        return issue(name, roles).secret().text();
    }

    /** Makes a token and revokes it. @return its secret */
    public String revoked(String name, Role... roles) {
        Issued issued = issue(name, roles);
        server.server().tokens().revoke(Principal.LOCAL, issued.token().id(), "test");
        return issued.secret().text();
    }

    /** Makes a token whose time has passed. @return its secret */
    public String expired(TestDatabase database, String name, Role... roles) {
        Issued issued = issue(name, roles);
        expire(database, issued.token());
        return issued.secret().text();
    }

    public static void expire(TestDatabase database, Token token) {
        Sql.update(
                database,
                "update escapement.token set expires_at = now() - interval '1 second' where id = ?",
                token.id());
    }

    /** Sends a request with a token. */
    public Answer ask(String secret, String method, String path, String body) {
        return server.send(request(method, path, body)
                .header("Authorization", "Bearer " + secret)
                .build());
    }

    public Answer get(String secret, String path) {
        return ask(secret, "GET", path, "");
    }

    public Answer post(String secret, String path, String body) {
        return ask(secret, "POST", path, body);
    }

    /** A request that says nothing of who sends it. */
    public HttpRequest.Builder request(String method, String path, String body) {
        return HttpRequest.newBuilder(server.uri(path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    }
}
