package escapement.access;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * How a row of the audit trail is tied to the one before it: SHA-256 of the hash before and of everything the row says.
 *
 * <p>Each value is written with its length before it, and null is not the empty text, so that no two rows are written
 * alike. The hash is not keyed: it shows that something was changed, not by whom; who rewrites the whole chain is found by
 * the heads in the log.
 */
final class AuditChain {
    /** What stands before the first row. */
    static final String START = "00".repeat(32);

    private static final String FORMAT = "escapement audit 1";

    private AuditChain() {}

    static String link(String previous, AuditRow row) {
        ByteArrayOutputStream text = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(text)) {
            write(out, FORMAT);
            write(out, previous);
            write(out, Long.toString(row.id()));
            write(out, row.at().toString());
            write(out, row.principal());
            write(out, row.operation());
            write(out, row.target());
            write(out, row.reason());
            write(out, row.outcome());
            write(out, row.originAddress());
            write(out, row.originVia());
            write(out, row.oldValue());
            write(out, row.newValue());
            write(out, row.detail());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().formatHex(sha256(text.toByteArray()));
    }

    private static void write(DataOutputStream out, @Nullable String value) throws IOException {
        if (value == null) {
            out.writeInt(-1);
            return;
        }
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
