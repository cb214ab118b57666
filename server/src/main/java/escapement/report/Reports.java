package escapement.report;

import escapement.db.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The reports that are packed with the server. Thread-safe. */
public final class Reports {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    // the connections are those that tasks are claimed with
    private static final int AT_ONCE = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String ENDING = ".sql";

    private final List<Report> reports = load();
    private final ReportStore store;
    private final Semaphore places = new Semaphore(AT_ONCE, true);

    public Reports(Database database) {
        store = new ReportStore(database, TIMEOUT);
    }

    /** All, by name. */
    public List<Report> list() {
        return reports;
    }

    public Optional<Report> find(String name) {
        return reports.stream().filter(report -> report.name().equals(name)).findFirst();
    }

    /**
     * Asks one.
     *
     * @param given values by parameter
     * @param limit most rows
     * @throws escapement.json.InvalidInputException when a value does not fit
     * @throws ReportUnavailableException when it takes too long, or too many others run
     */
    public ReportAnswer ask(Report report, Map<String, String> given, int limit) {
        List<String> values = report.values(given);
        if (!takePlace()) {
            throw new ReportUnavailableException(
                    AT_ONCE + " reports run already, which is all this node runs at once; try again");
        }
        try {
            return store.ask(report, values, limit)
                    .orElseThrow(() -> new ReportUnavailableException("the report " + report.name()
                            + " took longer than " + TIMEOUT.toSeconds()
                            + " s and was stopped; narrow it by its parameters, or run sql/" + report.name()
                            + ".sql with psql"));
        } finally {
            places.release();
        }
    }

    private boolean takePlace() {
        try {
            return places.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static List<Report> load() {
        try {
            URL one = Reports.class.getResource("/sql/queue-depth.sql");
            if (one == null) {
                throw new IllegalStateException("the reports are not packed with the server");
            }
            URI uri = one.toURI();
            if (!uri.getScheme().equals("jar")) {
                return load(Path.of(uri).resolveSibling("."));
            }
            Path jar = Path.of(URI.create(uri.getSchemeSpecificPart().replaceFirst("!/.*$", "")));
            try (FileSystem files = FileSystems.newFileSystem(jar)) {
                return load(files.getPath("/sql"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Report> load(Path folder) throws IOException {
        List<Report> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(ENDING)) {
                    found.add(ReportFile.read(
                            name.substring(0, name.length() - ENDING.length()), Files.readString(file)));
                }
            }
        }
        found.sort(Comparator.comparing(Report::name));
        return List.copyOf(found);
    }
}
