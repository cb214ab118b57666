package escapement.metricslog;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The day files of some data folders, as a reader finds them. */
public record LogFiles(List<Path> dataFolders) {
    public static LogFiles in(Path... dataFolders) {
        return new LogFiles(List.of(dataFolders));
    }

    List<String> names() {
        return files().stream().map(file -> file.getFileName().toString()).toList();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Path file : files()) {
            try {
                lines.addAll(Files.readAllLines(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return lines;
    }

    public List<JsonNode> attempts() {
        return lines().stream().map(Json::parse).toList();
    }

    private List<Path> files() {
        List<Path> found = new ArrayList<>();
        for (Path folder : dataFolders) {
            Path metrics = folder.resolve("metrics");
            if (Files.isDirectory(metrics)) {
                try (Stream<Path> files = Files.list(metrics)) {
                    files.filter(file -> file.toString().endsWith(".jsonl"))
                            .sorted()
                            .forEach(found::add);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return found;
    }
}
