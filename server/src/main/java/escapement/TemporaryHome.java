package escapement;

import escapement.db.DatabaseAddress;
import escapement.migrations.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A PostgreSQL in a folder that is deleted when this process ends, however it ends. Thread-safe. */
final class TemporaryHome {
    private final Path folder;
    private final DatabaseHome home;
    private final List<Runnable> first = new CopyOnWriteArrayList<>();

    /** @param purpose part of the folder's name */
    static TemporaryHome open(String purpose) {
        try {
            return new TemporaryHome(Files.createTempDirectory("escapement-" + purpose));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private TemporaryHome(Path folder) {
        this.folder = folder;
        home = DatabaseHome.open(Config.read(Map.of(), Map.of(Setting.DATA_DIR, folder.toString())));
        Runtime.getRuntime().addShutdownHook(new Thread(this::remove, "clean-up"));
    }

    DatabaseAddress address() {
        return home.address();
    }

    Path folder() {
        return folder;
    }

    /** What has to go before PostgreSQL does. */
    void removeFirst(Runnable what) {
        first.add(what);
    }

    private void remove() {
        first.forEach(Runnable::run);
        home.close();
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            System.err.println("escapement: " + folder + " could not be deleted: " + e.getMessage());
        }
    }
}
