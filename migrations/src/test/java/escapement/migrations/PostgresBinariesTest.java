package escapement.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresBinariesTest {
    @TempDir
    Path cache;

    @Test
    void several_at_once_unpack_once_and_redo_what_was_interrupted() throws Exception {
        Path home = PostgresBinaries.homeIn(cache);
        Path partial = Files.createDirectories(home.resolveSibling(home.getFileName() + ".partial"));
        Files.writeString(partial.resolve("half"), "half");

        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<Path>> bins = IntStream.range(0, 3)
                    .mapToObj(_ -> threads.submit(() -> PostgresBinaries.unpackInto(cache)))
                    .toList();

            for (Future<Path> bin : bins) {
                assertThat(bin.get().resolve("postgres")).isExecutable();
                assertThat(bin.get().getParent().resolve("half")).doesNotExist();
            }
        }
        assertThat(partial).doesNotExist();
    }

    @Test
    void a_cache_that_others_may_write_to_is_not_trusted() throws Exception {
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> PostgresBinaries.unpackInto(cache))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(cache.toString());
    }
}
