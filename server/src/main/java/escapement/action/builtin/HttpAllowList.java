package escapement.action.builtin;

import escapement.action.builtin.AddressRules.Cidr;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where {@code http_request} may go: with no entries to public addresses only, with entries only where they say.
 *
 * <p>An entry is a host ({@code api.example.com}), its subdomains ({@code *.example.com}), an address or a block of
 * addresses ({@code 127.0.0.1}, {@code 10.1.0.0/16}, {@code [::1]}), each with an optional {@code :port}.
 */
public final class HttpAllowList {
    private static final Pattern HOST = Pattern.compile("(\\*\\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?");

    private final List<Entry> entries;

    private HttpAllowList(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** @throws IllegalArgumentException naming the entry that cannot be understood */
    public static HttpAllowList parse(String list) {
        return new HttpAllowList(Arrays.stream(list.split(","))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .map(HttpAllowList::entry)
                .toList());
    }

    /** Why a request must not go there; null when it may. */
    @Nullable
    String refusal(String host, int port, List<InetAddress> addresses) {
        for (InetAddress address : addresses) {
            boolean allowed = entries.isEmpty()
                    ? AddressRules.isPublic(address)
                    : entries.stream().anyMatch(entry -> entry.matches(host, port, address));
            if (!allowed) {
                return entries.isEmpty()
                        ? "'" + host + "' is at " + address.getHostAddress()
                                + ", which is no public address; ESCAPEMENT_HTTP_ALLOW can name it"
                        : "'" + host + ":" + port + "' is not in ESCAPEMENT_HTTP_ALLOW";
            }
        }
        return addresses.isEmpty() ? "'" + host + "' has no address" : null;
    }

    private static Entry entry(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        String host = lower;
        int port = 0;
        int colon = lower.lastIndexOf(':');
        boolean isBareIpv6 = !lower.startsWith("[") && lower.indexOf(':') != colon;
        if (colon > lower.lastIndexOf(']') && colon > 0 && !isBareIpv6) {
            host = lower.substring(0, colon);
            port = port(text, lower.substring(colon + 1));
        }
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        List<Cidr> blocks = new ArrayList<>();
        try {
            blocks.add(Cidr.parse(bare));
        } catch (IllegalArgumentException e) {
            if (!HOST.matcher(bare).matches()) {
                throw new IllegalArgumentException(
                        "'" + text + "' is no host, *.domain, address or block of addresses", e);
            }
        }
        return new Entry(bare, port, blocks);
    }

    private static int port(String entry, String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // answered below
        }
        throw new IllegalArgumentException("'" + entry + "' has no port from 1 to 65535 behind the colon");
    }

    /** @param port 0 for any @param blocks one block if the entry is made of addresses, else none */
    private record Entry(String host, int port, List<Cidr> blocks) {
        boolean matches(String wantedHost, int wantedPort, InetAddress address) {
            if (port != 0 && port != wantedPort) {
                return false;
            }
            if (!blocks.isEmpty()) {
                return blocks.getFirst().contains(address);
            }
            return host.startsWith("*.") ? wantedHost.endsWith(host.substring(1)) : wantedHost.equals(host);
        }
    }
}
