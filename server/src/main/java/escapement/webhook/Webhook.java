package escapement.webhook;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Where operators want to be told what happens. It is trusted: whoever sets it may reach whatever the server can.
 *
 * @param secret what signs the bodies; empty: they are not signed
 */
public record Webhook(URI address, String secret) {
    private static final String ALGORITHM = "HmacSHA256";

    /** @throws IllegalArgumentException saying what is wrong without repeating it: such addresses often hold a secret */
    public static Webhook of(String address, String secret) {
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("is no URL: " + e.getReason() + " at character " + (e.getIndex() + 1));
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException(
                    "must start with https:// or http://, such as https://alerts.example/escapement");
        }
        if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65535) {
            throw new IllegalArgumentException("must name a host, such as https://alerts.example/escapement");
        }
        if (uri.getUserInfo() != null || uri.getFragment() != null) {
            throw new IllegalArgumentException("must hold no user, password or fragment");
        }
        return new Webhook(uri, secret);
    }

    boolean isSigned() {
        return !secret.isEmpty();
    }

    /** What tells the receiver that a body comes from whoever knows the secret. */
    String signature(String body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Only the host: the rest is often as good as a password. */
    @Override
    public String toString() {
        return address.getHost();
    }
}
