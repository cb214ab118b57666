package escapement.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** 256 random bits as text; whoever has them is let in. Only their hash is ever stored. */
public final class Secret {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 32;
    private static final String TOKEN_MARK = "esc_";
    private static final int VISIBLE = TOKEN_MARK.length() + 6;

    private final String text;

    private Secret(String text) {
        this.text = text;
    }

    /** Of a token; begins so that scanners of code and logs know it for what it is. */
    static Secret ofToken() {
        return new Secret(TOKEN_MARK + random());
    }

    static Secret ofSession() {
        return new Secret(random());
    }

    private static String random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** To be shown once, to whom it belongs. */
    public String text() {
        return text;
    }

    /** What may be shown of it later; 220 bits stay hidden. */
    String prefix() {
        return text.substring(0, VISIBLE);
    }

    byte[] hash() {
        return hash(text);
    }

    // no salt and no slow hash: there is nothing to try out against 256 random bits
    static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "a secret"; // for it may end up in a log
    }
}
