package escapement.state;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Fault;
import escapement.json.Json;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a file as often as its order asks for: a task whose upstreams come further down is put aside, on disk, and
 * looked at again when they are here. Files are mostly in order, so nearly all take one round. For one thread.
 */
final class Rounds implements AutoCloseable {
    private static final int AT_ONCE = 500;
    private static final long BYTES_AT_ONCE = 8_000_000;

    private final StateFile file;
    private final Chunks chunks;
    private final List<Path> spools = new ArrayList<>();

    private List<FileTask> chunk = new ArrayList<>();
    private long chunkBytes;
    private @Nullable DataOutputStream aside; // where this round puts tasks aside
    private long asideCount;

    Rounds(StateFile file, Chunks chunks) {
        this.file = file;
        this.chunks = chunks;
    }

    void run() {
        FileTaskReader reader = new FileTaskReader(file.source());
        Path left = round(false, take -> file.forEach((node, path, bytes) -> read(reader, node, path, bytes, take)));
        long before = Long.MAX_VALUE;
        while (asideCount > 0) {
            boolean last = asideCount == before; // nothing moved: what it waits for is nowhere
            before = asideCount;
            Path spool = left;
            left = round(last, take -> forEachOf(spool, reader, take));
            delete(spool);
        }
        chunks.end();
    }

    private Path round(boolean last, Consumer<Boolean> through) {
        Path spool = newSpool();
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(spool)))) {
            aside = out;
            asideCount = 0;
            through.accept(last);
            flush(last);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            aside = null;
        }
        return spool;
    }

    private void read(FileTaskReader reader, JsonNode node, String path, long bytes, boolean last) {
        List<Fault> faults = new ArrayList<>();
        FileTask task = reader.read(node, path, faults).orElse(null);
        if (task == null) {
            chunks.refuse(path, node.path("id").isValueNode() ? node.path("id").asText(null) : null, faults);
            return;
        }
        chunk.add(task);
        chunkBytes += bytes;
        if (chunk.size() == AT_ONCE || chunkBytes > BYTES_AT_ONCE) {
            flush(last);
        }
    }

    private void flush(boolean last) {
        List<FileTask> tasks = chunk;
        chunk = new ArrayList<>();
        chunkBytes = 0;
        chunks.take(tasks, last).forEach(this::putAside);
    }

    private void putAside(FileTask task) {
        try {
            byte[] bytes = task.bytes();
            DataOutputStream out = java.util.Objects.requireNonNull(aside);
            out.writeUTF(task.path());
            out.writeInt(bytes.length);
            out.write(bytes);
            asideCount++;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void forEachOf(Path spool, FileTaskReader reader, boolean last) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(spool)))) {
            while (in.available() > 0) {
                String path = in.readUTF();
                byte[] bytes = in.readNBytes(in.readInt());
                read(reader, Json.parse(new String(bytes, StandardCharsets.UTF_8)), path, bytes.length, last);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path newSpool() {
        try {
            Path spool = Files.createTempFile("escapement-import", ".later");
            spools.add(spool);
            return spool;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void delete(Path spool) {
        try {
            Files.deleteIfExists(spool);
            spools.remove(spool);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        List.copyOf(spools).forEach(this::delete);
    }
}
