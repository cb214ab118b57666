package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one server. What can be repeated without harm is tried {@value #TRIES} times within some four seconds, while
 * the server is away or fails; anything else only while no connection comes about, for then it was not sent.
 */
final class Api {
    private static final int TRIES = 5;
    private static final int LONGEST_REFUSAL = 1_000_000;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(60);
    private static final Duration LONG_PATIENCE = Duration.ofHours(1);

    private final Access access;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER) // or another host would be given the token
            .build();

    Api(Access access) {
        this.access = access;
    }

    Reply get(String path) {
        return send("GET", path, null, true);
    }

    Reply get(String path, Map<String, String> query) {
        return get(path + text(query));
    }

    private static String text(Map<String, String> query) {
        String given = query.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .map(entry -> entry.getKey() + "=" + encode(entry.getValue()))
                .collect(Collectors.joining("&"));
        return given.isEmpty() ? "" : "?" + given;
    }

    Reply post(String path, JsonNode body) {
        return send("POST", path, body, false);
    }

    /** What may be sent twice and is done once. */
    Reply postRepeatable(String path, JsonNode body) {
        return send("POST", path, body, true);
    }

    Reply put(String path, JsonNode body) {
        return send("PUT", path, body, false);
    }

    Reply delete(String path) {
        return send("DELETE", path, null, false);
    }

    /** Writes an answer of lines, any number of them, to {@code out} as it comes. */
    void download(String path, OutputStream out) {
        HttpRequest request = request("GET", path, null, "application/jsonl")
                .timeout(LONG_PATIENCE)
                .build();
        try {
            HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    String said = new String(body.readAllBytes(), StandardCharsets.UTF_8);
                    accepted(new Reply(response.statusCode(), said));
                    throw away("answered " + response.statusCode(), false);
                }
                if (!copyLines(body, out)) {
                    throw away("failed before the answer was whole", false);
                }
            }
        } catch (IOException e) {
            throw away("broke off" + because(e) + "; what there is of the answer is not all of it", false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw away("was not waited for", false);
        }
    }

    /** @return whether the last line has its end: a server that fails midway ends with a problem, which has none */
    private static boolean copyLines(InputStream from, OutputStream to) throws IOException {
        byte[] some = new byte[1 << 16];
        byte last = '\n';
        for (int length = from.read(some); length >= 0; length = from.read(some)) {
            to.write(some, 0, length);
            last = length == 0 ? last : some[length - 1];
        }
        to.flush();
        return last == '\n';
    }

    /** Sends a file of any length. @param progress told how many of its bytes are on their way */
    Reply upload(String path, String type, Path file, Progress progress) {
        try (CountedFile body = CountedFile.open(file, progress)) {
            HttpRequest request = request("POST", path, null, "application/json")
                    .timeout(LONG_PATIENCE)
                    .header("Content-Type", type)
                    .POST(BodyPublishers.ofInputStream(() -> body))
                    .build();
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            Reply reply = new Reply(response.statusCode(), response.body());
            if (reply.status() >= 500) {
                throw away("answered " + Refusals.sentence(reply), true);
            }
            return accepted(reply);
        } catch (ConnectException e) {
            throw away("cannot be reached" + because(e), false);
        } catch (IOException e) {
            throw away("did not answer" + because(e), true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw away("was not waited for", true);
        }
    }

    /** An answer that may be large, as it comes. */
    InputStream getStream(String path, Map<String, String> query) {
        return open(builder(path + text(query), "application/json").GET().build(), false);
    }

    /** Sends a file of any size; the answer as it comes. */
    InputStream postFile(String path, Path file) {
        try {
            return open(
                    builder(path, "application/json")
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofFile(file))
                            .build(),
                    true);
        } catch (FileNotFoundException e) {
            throw ClientException.usage("there is no file " + file);
        }
    }

    private InputStream open(HttpRequest request, boolean perhapsDone) {
        try {
            HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
            if (response.statusCode() < 300) {
                return response.body();
            }
            String body;
            try (InputStream in = response.body()) {
                body = new String(in.readNBytes(LONGEST_REFUSAL), StandardCharsets.UTF_8);
            }
            Reply reply = new Reply(response.statusCode(), body);
            if (response.statusCode() >= 500) {
                throw away("answered " + Refusals.sentence(reply), perhapsDone);
            }
            accepted(reply);
            throw away("answered " + response.statusCode(), perhapsDone);
        } catch (ConnectException e) {
            throw away("cannot be reached" + because(e), false);
        } catch (IOException e) {
            throw away("did not answer" + because(e), perhapsDone);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw away("was not waited for", perhapsDone);
        }
    }

    /** A part of a path, as a user gave it. */
    static String segment(String text) {
        return text.matches("\\.{1,2}")
                ? text.replace(".", "%2E")
                : encode(text).replace("+", "%20");
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Reply send(String method, String path, @Nullable JsonNode body, boolean repeatable) {
        HttpRequest request = request(method, path, body, "application/json").build();
        String failure = "";
        Duration pause = FIRST_PAUSE;
        for (int tried = 1; tried <= TRIES; tried++) {
            try {
                HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
                if (response.statusCode() < 500) {
                    return accepted(new Reply(response.statusCode(), response.body()));
                }
                failure = "answered " + Refusals.sentence(new Reply(response.statusCode(), response.body()));
                if (!repeatable) {
                    throw away(failure, true);
                }
            } catch (ConnectException e) {
                failure = "cannot be reached" + because(e);
            } catch (IOException e) {
                failure = "did not answer" + because(e);
                if (!repeatable) {
                    throw away(failure, true);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw away("was not waited for", true);
            }
            if (tried < TRIES) {
                LockSupport.parkNanos(pause.toNanos());
                pause = pause.multipliedBy(2);
            }
        }
        throw away(failure + " (" + TRIES + " tries)", false);
    }

    private static String because(IOException e) {
        return e.getMessage() == null || e.getMessage().isBlank() ? "" : ": " + e.getMessage();
    }

    private ClientException away(String failure, boolean perhapsDone) {
        return new ClientException(
                ExitCode.UNREACHABLE,
                access.url() + " " + failure
                        + (perhapsDone
                                ? "; it may have been done or not: look before you repeat it"
                                : ": is the server running, and --url or " + Access.URL_VARIABLE + " right?"));
    }

    private HttpRequest.Builder request(String method, String path, @Nullable JsonNode body, String accepted) {
        HttpRequest.Builder builder = builder(path, accepted).timeout(ANSWER_PATIENCE);
        if (body == null) {
            return builder.method(method, BodyPublishers.noBody());
        }
        return builder.header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(Json.write(body)));
    }

    private HttpRequest.Builder builder(String path, String accepted) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(access.url() + path))
                .header("Accept", accepted)
                .header("User-Agent", "escapement-cli");
        if (!access.token().isEmpty()) {
            builder.header("Authorization", "Bearer " + access.token());
        }
        return builder;
    }

    private Reply accepted(Reply reply) {
        if (reply.status() >= 300 && reply.status() < 400) {
            throw new ClientException(
                    ExitCode.UNREACHABLE,
                    access.url() + " answered " + reply.status() + ", which points elsewhere: give that as --url");
        }
        if (reply.status() >= 400) {
            throw new RefusedException(reply, Refusals.sentence(reply), Refusals.details(reply, access));
        }
        return reply;
    }
}
