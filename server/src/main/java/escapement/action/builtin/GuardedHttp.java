package escapement.action.builtin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** An HTTP client that goes only where the allow-list lets it, hop by hop. Thread-safe. */
final class GuardedHttp implements AutoCloseable {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<String> OURS =
            Set.of("host", "content-length", "transfer-encoding", "connection", "te", "trailer", "upgrade", "expect");
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_CONNECTIONS = 200;

    /** RFC 9110, 5.6.2 and 5.5: anything else could be read as the end of this header and the start of another. */
    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final Pattern HEADER_VALUE = Pattern.compile("[^\\x00-\\x08\\x0a-\\x1f\\x7f]*");

    private final HttpAllowList allowed;
    private final Resolver resolver;
    private final CloseableHttpClient client;
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("http-deadlines").daemon().factory());

    /** @param resolver asked once for each connection */
    GuardedHttp(HttpAllowList allowed, Resolver resolver) {
        this.allowed = allowed;
        this.resolver = resolver;
        this.client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new Checked())
                        .setMaxConnTotal(MAX_CONNECTIONS)
                        .setMaxConnPerRoute(MAX_CONNECTIONS)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.of(CONNECT_TIMEOUT))
                                .build())
                        .build())
                .disableRedirectHandling() // followed here, each hop checked
                .disableAutomaticRetries() // the task's own back-off does that
                // gzip alone: the client offers all that commons-compress knows, some of which let an answer choose
                // how much memory it takes to unpack
                .setContentDecoderRegistry(new LinkedHashMap<>(Map.of("gzip", GZIPInputStream::new)))
                .disableCookieManagement()
                .disableAuthCaching()
                .setUserAgent("Escapement")
                .build();
    }

    /** Where a name leads. */
    interface Resolver {
        InetAddress[] addressesOf(String host) throws UnknownHostException;
    }

    /** Resolves once and connects to what was checked; a second look-up could answer differently. */
    private final class Checked implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            throw new UnknownHostException("a port is needed to judge " + host);
        }

        @Override
        public List<java.net.InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
            Destination destination = destination(host, port);
            if (destination.refusal() != null) {
                throw new RefusedHostException(destination.refusal());
            }
            return destination.addresses().stream()
                    .map(address -> new java.net.InetSocketAddress(address, port))
                    .toList();
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    private Destination destination(String host, int port) throws UnknownHostException {
        List<InetAddress> addresses = List.of(resolver.addressesOf(host));
        return new Destination(addresses, allowed.refusal(host.toLowerCase(Locale.ROOT), port, addresses));
    }

    /** Where the request would go first, and whether it may; connects to nothing but the name server. */
    Destination destination(Request request) throws UnknownHostException, RefusedException {
        for (Header header : request.headers()) {
            refuseBad(header);
        }
        return destination(request.url().getHost(), port(request.url())); // with its brackets, as the client asks
    }

    /** Sends the request and follows as many redirects as it allows. */
    Response exchange(Request request) throws IOException, RefusedException, TooSlowException {
        long deadline = System.nanoTime() + request.timeout().toNanos();
        URI url = request.url();
        String method = request.method();
        JsonNode body = request.body();
        for (int hop = 0; ; hop++) {
            Response response = send(request, method, url, body, deadline);
            if (!REDIRECTS.contains(response.status()) || response.location() == null || request.maxRedirects() == 0) {
                return response;
            }
            if (hop == request.maxRedirects()) {
                throw new RefusedException(
                        "more than " + request.maxRedirects() + " redirects, the last to " + response.location());
            }
            url = next(url, response.location());
            if (changesToGet(response.status(), method)) {
                method = "GET";
                body = null;
            }
        }
    }

    private static URI next(URI url, String location) throws RefusedException {
        try {
            return url(url.resolve(location).toString());
        } catch (IllegalArgumentException e) {
            throw new RefusedException("a redirect to what is no URL: '" + location + "'");
        }
    }

    // RFC 9110, 15.4
    private static boolean changesToGet(int status, String method) {
        return switch (status) {
            case 303 -> !method.equals("HEAD");
            case 301, 302 -> method.equals("POST");
            default -> false;
        };
    }

    private Response send(Request request, String method, URI url, @Nullable JsonNode body, long deadline)
            throws IOException, RefusedException, TooSlowException {
        HttpUriRequestBase message = new HttpUriRequestBase(method, url);
        Duration left = Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
        message.setConfig(RequestConfig.custom()
                .setResponseTimeout(Timeout.of(left))
                .setConnectionRequestTimeout(Timeout.of(left))
                .build());
        // what names its sender to the first host is not for the next
        boolean isFirstHost = host(url).equals(host(request.url())) && port(url) == port(request.url());
        for (Header header : request.headers()) {
            refuseBad(header);
            if (isFirstHost) {
                message.setHeader(header.name(), header.value());
            }
        }
        if (body != null) {
            message.setEntity(entity(body));
        }
        ScheduledFuture<?> abort = deadlines.schedule(message::abort, left.toNanos(), TimeUnit.NANOSECONDS);
        try {
            return client.execute(message, answer -> read(answer, url, request.maxBytes(), message::abort));
        } catch (RefusedHostException e) {
            throw new RefusedException(e.why());
        } catch (TooLargeException e) {
            throw new RefusedException("the answer of " + url + " is larger than " + request.maxBytes() + " bytes");
        } catch (IOException | IllegalStateException e) { // the latter from a client that was aborted as it connects
            // socket timeouts are whole milliseconds and may come that much before the deadline
            if (System.nanoTime() - deadline >= -TimeUnit.MILLISECONDS.toNanos(2)) {
                throw new TooSlowException(request.timeout());
            }
            throw e;
        } finally {
            abort.cancel(false);
        }
    }

    private static void refuseBad(Header header) throws RefusedException {
        if (!HEADER_NAME.matcher(header.name()).matches()) {
            throw new RefusedException("'" + header.name() + "' cannot be the name of a header");
        }
        if (!HEADER_VALUE.matcher(header.value()).matches()) {
            throw new RefusedException("the header '" + header.name() + "' has a control character in its value");
        }
        if (OURS.contains(header.name().toLowerCase(Locale.ROOT))) {
            throw new RefusedException("the header '" + header.name() + "' is set by the client itself");
        }
    }

    private static HttpEntity entity(JsonNode body) {
        return body.isTextual()
                ? new StringEntity(body.textValue(), ContentType.TEXT_PLAIN.withCharset(StandardCharsets.UTF_8))
                : new StringEntity(Json.write(body), ContentType.APPLICATION_JSON);
    }

    private static Response read(ClassicHttpResponse answer, URI url, int maxBytes, Runnable abort) throws IOException {
        ObjectNode headers = Json.nodes().objectNode();
        for (var header : answer.getHeaders()) {
            headers.put(header.getName().toLowerCase(Locale.ROOT), header.getValue());
        }
        var location = answer.getFirstHeader("Location");
        HttpEntity entity = answer.getEntity();
        byte[] bytes = entity == null ? new byte[0] : read(entity, maxBytes, abort);
        return new Response(
                url,
                answer.getCode(),
                headers,
                bytes,
                entity == null ? null : entity.getContentType(),
                location == null ? null : location.getValue());
    }

    private static byte[] read(HttpEntity entity, int maxBytes, Runnable abort) throws IOException {
        try (InputStream content = entity.getContent()) {
            byte[] bytes = content.readNBytes(maxBytes);
            if (content.read() >= 0) {
                abort.run(); // closing the stream reads it to its end, which may never come
                throw new TooLargeException();
            }
            return bytes;
        }
    }

    /** A URL that can be judged: http or https, with a host, without credentials. */
    static URI url(String text) throws RefusedException {
        try {
            URI url = new URI(text);
            String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
            if (!scheme.equals("http") && !scheme.equals("https")) {
                throw new RefusedException("only http and https are possible, not '" + text + "'");
            }
            if (url.getHost() == null || url.getHost().isEmpty()) {
                throw new RefusedException("the URL names no host: '" + text + "'");
            }
            if (url.getPort() == 0 || url.getPort() > 65535) {
                throw new RefusedException("the URL's port is not from 1 to 65535: '" + text + "'");
            }
            if (url.getRawUserInfo() != null) {
                throw new RefusedException("credentials belong in a header, not in the URL");
            }
            return url;
        } catch (URISyntaxException e) {
            throw new RefusedException("not a URL: '" + text + "'");
        }
    }

    static String host(URI url) {
        String host = url.getHost().toLowerCase(Locale.ROOT);
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    static int port(URI url) {
        return url.getPort() >= 0 ? url.getPort() : url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    @Override
    public void close() {
        deadlines.shutdownNow();
        client.close(org.apache.hc.core5.io.CloseMode.IMMEDIATE);
    }

    /** @param body null for none; a text is sent as it is, anything else as JSON */
    record Request(
            String method,
            URI url,
            List<Header> headers,
            @Nullable JsonNode body,
            Duration timeout,
            int maxBytes,
            int maxRedirects) {}

    record Header(String name, String value) {}

    /** Where a host is. @param refusal why a request must not go there; null when it may */
    record Destination(
            List<InetAddress> addresses, @Nullable String refusal) {}

    /** What came back. */
    record Response(
            URI url,
            int status,
            ObjectNode headers,
            byte[] bytes,
            @Nullable String contentType,
            @Nullable String location) {

        String text() {
            return new String(bytes, charset());
        }

        private Charset charset() {
            try {
                ContentType type = contentType == null ? null : ContentType.parse(contentType);
                return type == null || type.getCharset() == null ? StandardCharsets.UTF_8 : type.getCharset();
            } catch (IllegalArgumentException e) { // also ParseException and unknown charsets
                return StandardCharsets.UTF_8;
            }
        }

        /** As the task's result: {@code status, headers, body}, the body as JSON where it is JSON. */
        JsonNode json() {
            ObjectNode json = Json.nodes().objectNode();
            json.put("status", status);
            json.set("headers", headers);
            json.set("body", body());
            return json;
        }

        private JsonNode body() {
            if (contentType != null && contentType.toLowerCase(Locale.ROOT).contains("json")) {
                try {
                    return Json.mapper().readTree(text());
                } catch (JsonProcessingException e) {
                    return Json.nodes().textNode(text()); // it only says that it is JSON
                }
            }
            return Json.nodes().textNode(text());
        }
    }

    /** The request must not be made; another try cannot help. */
    static final class RefusedException extends Exception {
        private final String why;

        RefusedException(String why) {
            super(why);
            this.why = why;
        }

        String why() {
            return why;
        }
    }

    /** The request took longer than it was allowed to. */
    static final class TooSlowException extends Exception {
        private final Duration limit;

        TooSlowException(Duration limit) {
            super("took longer than " + limit.toMillis() + " ms");
            this.limit = limit;
        }

        Duration limit() {
            return limit;
        }
    }

    private static final class RefusedHostException extends UnknownHostException {
        private final String why;

        RefusedHostException(String why) {
            super(why);
            this.why = why;
        }

        String why() {
            return why;
        }
    }

    private static final class TooLargeException extends IOException {}
}
