package escapement.secret;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The keys that sensitive values are sealed with: the first seals, every one opens. Immutable. */
final class KeyRing {
    static final int KEY_BYTES = 32;
    private static final String VERSION = "v1";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final List<Key> keys;

    private KeyRing(List<Key> keys) {
        this.keys = List.copyOf(keys);
    }

    /** @param keys of 32 bytes each, the one to seal with first */
    static KeyRing of(List<byte[]> keys) {
        return new KeyRing(keys.stream().map(Key::of).toList());
    }

    static byte[] newKey() {
        byte[] key = new byte[KEY_BYTES];
        RANDOM.nextBytes(key);
        return key;
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    List<String> ids() {
        return keys.stream().map(Key::id).toList();
    }

    /** @param place what the value is bound to: it opens nowhere else */
    String seal(String value, String place) {
        Key key = keys.getFirst();
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, place);
            byte[] hidden = cipher.doFinal(value.getBytes(StandardCharsets.UTF_8));
            byte[] both = Arrays.copyOf(nonce, NONCE_BYTES + hidden.length);
            System.arraycopy(hidden, 0, both, NONCE_BYTES, hidden.length);
            return VERSION + ":" + key.id() + ":" + Base64.getEncoder().encodeToString(both);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM does not work", e);
        }
    }

    String open(String sealed, String place) throws SecretException {
        String[] parts = sealed.split(":", -1);
        if (parts.length != 3 || !parts[0].equals(VERSION)) {
            throw new SecretException("is sealed in a way that this version does not know");
        }
        Key key = keys.stream()
                .filter(one -> one.id().equals(parts[1]))
                .findFirst()
                .orElseThrow(() -> new SecretException("is sealed with the key " + parts[1]
                        + ", which this node does not have (it has " + (keys.isEmpty() ? "none" : ids())
                        + "): bring that key back into the key file, or give the value again"));
        try {
            byte[] both = Base64.getDecoder().decode(parts[2]);
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, Arrays.copyOf(both, NONCE_BYTES), place);
            return new String(cipher.doFinal(both, NONCE_BYTES, both.length - NONCE_BYTES), StandardCharsets.UTF_8);
        } catch (AEADBadTagException | IllegalArgumentException e) {
            throw new SecretException("does not open with its key " + key.id()
                    + ": it was sealed for another place or changed; give the value again");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM does not work", e);
        }
    }

    /** What each key makes of a text, by which it can be compared with another and not be guessed. */
    List<String> fingerprints(String text) {
        return keys.stream()
                .map(key -> HexFormat.of().formatHex(hmac(key.digesting(), text)))
                .toList();
    }

    private static Cipher cipher(int mode, Key key, byte[] nonce, String place) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key.sealing(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static byte[] hmac(SecretKey key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 does not work", e);
        }
    }

    /** One key of the file as the two that are used, and its name. */
    private record Key(String id, SecretKey sealing, SecretKey digesting) {
        static Key of(byte[] bytes) {
            if (bytes.length != KEY_BYTES) {
                throw new IllegalArgumentException("a key has " + KEY_BYTES + " bytes, got " + bytes.length);
            }
            SecretKey key = new SecretKeySpec(bytes, "HmacSHA256");
            return new Key(
                    HexFormat.of().formatHex(hmac(key, "escapement key id"), 0, 4),
                    new SecretKeySpec(hmac(key, "escapement seal"), "AES"),
                    new SecretKeySpec(hmac(key, "escapement digest"), "HmacSHA256"));
        }
    }
}
