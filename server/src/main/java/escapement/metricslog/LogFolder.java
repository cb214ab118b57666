package escapement.metricslog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The day files of one node. For one thread.
 *
 * <p>Before a batch is added, a note beside the files says which it is and how long they were. Whether it counts is for the
 * database to say; if not, {@link #undo} cuts the files back to what the note says. So a kill at any moment leaves no half
 * line and no line twice. Files may be taken away, or replaced by a day read back from the database, while nothing is
 * written.
 */
final class LogFolder {
    private static final Logger log = LoggerFactory.getLogger(LogFolder.class);
    private static final String NOTE = ".writer.json";

    private final Path folder;
    private Note note;

    private LogFolder(Path folder, Note note) {
        this.folder = folder;
        this.note = note;
    }

    /** Whether a node has written there. */
    static boolean isThere(Path folder) {
        return Files.exists(folder.resolve(NOTE));
    }

    static LogFolder open(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(NOTE);
        return new LogFolder(folder, Files.exists(file) ? Note.read(file) : new Note(UUID.randomUUID(), 0, Map.of()));
    }

    /** The name of a day's file. */
    static String name(LocalDate day) {
        return "buddy_task_queue_logs_" + day.format(DateTimeFormatter.BASIC_ISO_DATE) + ".jsonl";
    }

    UUID id() {
        return note.folder();
    }

    /** Takes back the last batch unless it counts. @param counted the last one that does */
    void recover(long counted) throws IOException {
        if (note.batch() > counted) {
            undo();
        } else {
            note = new Note(note.folder(), counted, Map.of());
        }
    }

    /** Adds lines to the files of their days; when this returns they are on disk. @return the number of the batch */
    long add(List<AttemptLine> lines) throws IOException {
        Map<LocalDate, List<AttemptLine>> byDay =
                lines.stream().collect(Collectors.groupingBy(AttemptLine::day, TreeMap::new, Collectors.toList()));
        Map<String, Long> lengths = new TreeMap<>();
        for (LocalDate day : byDay.keySet()) {
            Path file = folder.resolve(name(day));
            lengths.put(name(day), Files.exists(file) ? Files.size(file) : 0L);
        }
        note = new Note(note.folder(), note.batch() + 1, lengths);
        note.write(folder);
        for (Map.Entry<LocalDate, List<AttemptLine>> day : byDay.entrySet()) {
            append(folder.resolve(name(day.getKey())), bytes(day.getValue()));
        }
        return note.batch();
    }

    private static byte[] bytes(List<AttemptLine> lines) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LineWriter writer = new LineWriter(bytes);
        for (AttemptLine line : lines) {
            writer.write(line);
        }
        writer.finish();
        return bytes.toByteArray();
    }

    private static void append(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(false);
        }
    }

    /** Takes the last batch back. */
    void undo() throws IOException {
        for (Map.Entry<String, Long> before : note.lengths().entrySet()) {
            Path file = folder.resolve(before.getKey());
            if (Files.exists(file) && Files.size(file) > before.getValue()) {
                log.info("{}: what was not finished is taken back, from byte {} on", file, before.getValue());
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(before.getValue());
                    channel.force(false);
                }
            }
        }
        note = new Note(note.folder(), note.batch(), Map.of()); // once: somebody may put a longer file in its place
        note.write(folder);
    }

    /** The last batch and how long the files were before it. */
    private record Note(UUID folder, long batch, Map<String, Long> lengths) {
        static Note read(Path file) throws IOException {
            try {
                JsonNode note = Json.parse(Files.readString(file));
                Map<String, Long> lengths = new TreeMap<>();
                note.path("lengths")
                        .properties()
                        .forEach(entry ->
                                lengths.put(entry.getKey(), entry.getValue().longValue()));
                return new Note(
                        UUID.fromString(note.path("folder").asText()),
                        note.path("batch").longValue(),
                        lengths);
            } catch (IllegalArgumentException e) {
                throw new IOException(
                        file + " cannot be read (" + e.getMessage()
                                + "): move it and the files beside it away, and read"
                                + " their days back with GET /api/v1/metrics-log/YYYYMMDD",
                        e);
            }
        }

        void write(Path folder) throws IOException {
            ObjectNode json = Json.nodes().objectNode();
            json.put("folder", this.folder.toString()).put("batch", batch);
            ObjectNode files = json.putObject("lengths");
            lengths.forEach(files::put);
            Path next = folder.resolve(NOTE + ".next");
            Files.writeString(next, Json.write(json));
            force(next);
            Files.move(next, folder.resolve(NOTE), StandardCopyOption.ATOMIC_MOVE);
            force(folder); // or after a loss of power the files might be longer and the note the one before
        }

        private static void force(Path path) throws IOException {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
