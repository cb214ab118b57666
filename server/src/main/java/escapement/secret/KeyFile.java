package escapement.secret;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The file with the keys that sensitive values are sealed with: 32 bytes in Base64 a line, the first seals, all open; lines
 * that begin with # are remarks.
 *
 * @param isOurs whether the server makes it when it is needed and not there
 */
public record KeyFile(Path path, boolean isOurs) {
    private static final Set<PosixFilePermission> OWNERS_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    /** The keys; none when the server is yet to make one. @throws IllegalArgumentException saying what is wrong and what to do */
    KeyRing read() {
        if (isOurs && Files.notExists(path)) {
            return KeyRing.of(List.of());
        }
        try {
            refuseReadableByOthers();
            return KeyRing.of(keys(Files.readAllLines(path)));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "the key file " + path + " cannot be read (" + e.getClass().getSimpleName()
                            + "); a new one is made with: (umask 077; openssl rand -base64 32 > " + path + ")",
                    e);
        }
    }

    private List<byte[]> keys(List<String> lines) {
        List<byte[]> keys = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                keys.add(key(line, i + 1));
            }
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("the key file " + path
                    + " holds no key: bring back the one it held, or append one with: openssl rand -base64 32 >> "
                    + path);
        }
        return keys;
    }

    private byte[] key(String line, int number) {
        try {
            byte[] key = Base64.getDecoder().decode(line);
            if (key.length == KeyRing.KEY_BYTES) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            // answered below, without the line, which may hold most of a key
        }
        throw new IllegalArgumentException("line " + number + " of the key file " + path + " is no key of "
                + KeyRing.KEY_BYTES + " bytes in Base64, as 'openssl rand -base64 32' writes one");
    }

    private void refuseReadableByOthers() throws IOException {
        if (!isPosix()) {
            return;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
        if (permissions.contains(PosixFilePermission.OTHERS_READ)
                || permissions.contains(PosixFilePermission.GROUP_READ)) {
            throw new IllegalArgumentException("the key file " + path + " may be read by others ("
                    + PosixFilePermissions.toString(permissions) + "): chmod 600 " + path);
        }
    }

    /** Writes a first key, for nobody else to read. A file that has appeared meanwhile is left as it is. */
    void make() throws IOException {
        Path unfinished = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        FileAttribute<?>[] attributes = isPosix()
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNERS_ONLY)}
                : new FileAttribute<?>[0];
        Set<StandardOpenOption> options = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(unfinished, options, attributes)) {
            String line = Base64.getEncoder().encodeToString(KeyRing.newKey()) + "\n";
            channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
            channel.force(true); // what is sealed with a key that a power cut takes away is lost
        }
        try {
            Files.createLink(path, unfinished);
        } catch (FileAlreadyExistsException e) {
            // another server was first: its key counts
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private boolean isPosix() {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
