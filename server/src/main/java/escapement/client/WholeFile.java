package escapement.client;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file that is the old one or the new one, whole, whenever its writer dies: it is written under another name in the same
 * folder, brought to the disk, and takes the old one's place by a rename.
 */
final class WholeFile {
    private static final String PART = ".part";

    private WholeFile() {}

    /** @param option which named the file, for what goes wrong @return what the content answered */
    static <T> T write(String option, Path file, Content<T> content) {
        Path target = file.toAbsolutePath();
        // one name, not a new one each time: who is killed leaves one piece behind, and the next writes over it
        Path part = target.resolveSibling(target.getFileName() + PART);
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock(channel, option, target);
            channel.truncate(0);
            try {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
                T answer = content.write(out);
                out.flush();
                channel.force(true);
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
                syncFolder(target);
                return answer;
            } catch (RuntimeException e) {
                Files.deleteIfExists(part);
                throw e;
            }
        } catch (IOException e) {
            throw new ClientException(ExitCode.USAGE, option + " cannot be written: " + Inputs.why(e));
        }
    }

    private static void lock(FileChannel channel, String option, Path target) throws IOException {
        @Nullable FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw ClientException.usage(option + ": another export is writing " + target + " at the moment");
        }
    }

    // or a power cut may forget the rename
    private static void syncFolder(Path target) throws IOException {
        try (FileChannel folder = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /** What is written. */
    @FunctionalInterface
    interface Content<T> {
        T write(OutputStream out) throws IOException;
    }
}
