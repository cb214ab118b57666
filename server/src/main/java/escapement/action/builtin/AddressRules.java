package escapement.action.builtin;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Which addresses are on the public internet. Everything else (this machine, private networks, cloud metadata services,
 * reserved blocks) is where a request made on somebody's behalf must not go unasked.
 *
 * <p>Blocks from the IANA special-purpose address registries (RFC 6890 and its updates).
 */
final class AddressRules {
    private static final List<Cidr> NOT_PUBLIC = List.of(
            Cidr.parse("0.0.0.0/8"),
            Cidr.parse("10.0.0.0/8"),
            Cidr.parse("100.64.0.0/10"), // carrier-grade NAT
            Cidr.parse("127.0.0.0/8"),
            Cidr.parse("168.63.129.16"), // Azure's platform service: a public address that only its own machines reach
            Cidr.parse("169.254.0.0/16"), // link-local, and the cloud providers' metadata
            Cidr.parse("172.16.0.0/12"),
            Cidr.parse("192.0.0.0/24"),
            Cidr.parse("192.0.2.0/24"), // documentation, as the next two
            Cidr.parse("198.51.100.0/24"),
            Cidr.parse("203.0.113.0/24"),
            Cidr.parse("192.88.99.0/24"),
            Cidr.parse("192.168.0.0/16"),
            Cidr.parse("198.18.0.0/15"),
            Cidr.parse("224.0.0.0/4"), // multicast
            Cidr.parse("240.0.0.0/4"),
            Cidr.parse("::/96"), // unspecified, loopback, IPv4-compatible
            Cidr.parse("100::/64"),
            Cidr.parse("2001::/23"),
            Cidr.parse("2001:db8::/32"),
            Cidr.parse("3fff::/20"),
            Cidr.parse("5f00::/16"),
            Cidr.parse("fc00::/7"),
            Cidr.parse("fe80::/10"),
            Cidr.parse("fec0::/10"),
            Cidr.parse("ff00::/8"));
    private static final Cidr NAT64 = Cidr.parse("64:ff9b::/96");
    private static final Cidr NAT64_LOCAL = Cidr.parse("64:ff9b:1::/48");
    private static final Cidr SIX_TO_FOUR = Cidr.parse("2002::/16");

    private AddressRules() {}

    static boolean isPublic(InetAddress address) {
        if (NOT_PUBLIC.stream().anyMatch(block -> block.contains(address)) || NAT64_LOCAL.contains(address)) {
            return false;
        }
        // an IPv4 address in IPv6 clothes is judged by what it wears underneath
        if (NAT64.contains(address)) {
            return isPublic(ipv4(address.getAddress(), 12));
        }
        if (SIX_TO_FOUR.contains(address)) {
            return isPublic(ipv4(address.getAddress(), 2));
        }
        return true;
    }

    private static InetAddress ipv4(byte[] bytes, int from) {
        try {
            return Inet4Address.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    /** A block of addresses. */
    record Cidr(byte[] prefix, int bits) {
        /** @throws IllegalArgumentException when it is no literal address with an optional {@code /bits} */
        static Cidr parse(String text) {
            int slash = text.indexOf('/');
            String address = slash < 0 ? text : text.substring(0, slash);
            try {
                byte[] bytes = InetAddress.ofLiteral(address).getAddress();
                int bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(text.substring(slash + 1));
                if (bits < 0 || bits > bytes.length * 8) {
                    throw new IllegalArgumentException("not a block of addresses: " + text);
                }
                return new Cidr(bytes, bits);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("not a block of addresses: " + text, e);
            }
        }

        boolean contains(InetAddress address) {
            byte[] bytes = address.getAddress();
            if (bytes.length != prefix.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((bytes[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Cidr that && bits == that.bits && Arrays.equals(prefix, that.prefix);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(prefix) * 31 + bits;
        }

        @Override
        public String toString() {
            return Arrays.toString(prefix) + "/" + bits;
        }
    }
}
