package escapement.support;

import escapement.migrations.EmbeddedPostgres;
import escapement.migrations.Migrations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A data folder whose database is made and migrated, to be copied: a first start takes seconds that most tests can save. */
public final class PreparedData {
    private static final Path TEMPLATE = make();

    private PreparedData() {}

    /** Makes {@code folder/data}, where {@link ServerProcess} looks. */
    public static void copyInto(Path folder) {
        run("cp", "-a", TEMPLATE + "/.", folder.resolve("data").toString()); // which may be there already
    }

    private static Path make() {
        try {
            Path folder = Files.createTempDirectory("escapement-prepared");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> run("rm", "-r", folder.toString())));
            try (EmbeddedPostgres postgres = EmbeddedPostgres.start(EmbeddedPostgres.Options.in(folder))) {
                Migrations.migrate(postgres.url(), postgres.user(), postgres.password());
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String... command) {
        try {
            int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (exit != 0) {
                throw new IllegalStateException(String.join(" ", command) + " ended with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
