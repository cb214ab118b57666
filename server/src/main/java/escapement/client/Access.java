package escapement.client;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Which server is asked, and as whom. The token never comes as an argument: every user of a machine can read the arguments
 * of its processes.
 *
 * @param token empty: none is sent
 */
public record Access(URI url, String token) {
    static final String URL_VARIABLE = "ESCAPEMENT_URL";
    static final String TOKEN_VARIABLE = "ESCAPEMENT_TOKEN";
    static final String DEFAULT_URL = "http://127.0.0.1:8080";
    private static final Set<String> VARIABLES = Set.of(URL_VARIABLE, TOKEN_VARIABLE);
    private static final int LONGEST_TOKEN = 1000;

    /** Whether it is for the client; a server on the same machine ignores it. */
    public static boolean isVariable(String name) {
        return VARIABLES.contains(name);
    }

    /** @param url,tokenFile as given by flags, which win over variables; empty when not given */
    static Access of(Map<String, String> environment, String url, String tokenFile) {
        String from = url.isEmpty() ? environment.getOrDefault(URL_VARIABLE, "").strip() : url;
        String source = url.isEmpty() ? URL_VARIABLE : "--url";
        String token = tokenFile.isEmpty()
                ? environment.getOrDefault(TOKEN_VARIABLE, "").strip()
                : read(Path.of(tokenFile));
        refuseOdd(token, tokenFile.isEmpty() ? TOKEN_VARIABLE : "the file " + tokenFile);
        return new Access(parse(from.isEmpty() ? DEFAULT_URL : from, source), token);
    }

    private static URI parse(String url, String source) {
        try {
            URI uri = URI.create(url.replaceAll("/+$", ""));
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (http
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // answered below, with what is accepted; the URL is not repeated, for it may hold a password
        }
        throw ClientException.usage(
                source + " must be the address of a server, such as " + DEFAULT_URL + ", without user or query");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw ClientException.usage("--token-file cannot be read: " + Inputs.why(e));
        }
    }

    private static void refuseOdd(String token, String source) {
        if (token.length() > LONGEST_TOKEN || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw ClientException.usage(source + " does not hold a token: one line of letters, digits and signs");
        }
    }
}
