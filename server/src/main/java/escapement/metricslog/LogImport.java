package escapement.metricslog;

import escapement.access.AuditChange;
import escapement.access.AuditStore;
import escapement.access.Principal;
import escapement.db.Database;
import escapement.json.Fault;
import escapement.json.InvalidInputException;
import escapement.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Takes in the logs of another system, so that its history counts in calibration. What was stored before stays as it is, so
 * an import that broke off is simply repeated. Thread-safe.
 */
public final class LogImport {
    private static final int AT_ONCE = 1000;

    private final Database database;
    private final ImportStore store = new ImportStore();
    private final AuditStore audit = new AuditStore();

    public LogImport(Database database) {
        this.database = database;
    }

    /** @param source which system the lines are from: its tasks have their ids for themselves */
    public ImportReport take(Principal principal, String source, InputStream lines) throws IOException {
        ImportReport report = new ImportReport(source);
        try {
            take(source, new InputLines(lines), report);
        } finally { // also what was stored before it broke off is told
            if (report.hasStored()) {
                AuditChange change =
                        AuditChange.done("metrics_log.import", source, null).detail(Json.write(report.counts()));
                database.inTransaction(tx -> {
                    audit.record(tx, principal, change);
                    return true;
                });
            }
        }
        return report;
    }

    private void take(String source, InputLines lines, ImportReport report) throws IOException {
        List<ImportedLine> some = new ArrayList<>(AT_ONCE);
        long number = 0;
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            number++;
            if (isBlank(line)) {
                continue;
            }
            try {
                ImportedLine read = parse(line);
                report.read(read);
                some.add(read);
            } catch (InvalidInputException e) {
                report.refuse(number, e.faults().stream().map(LogImport::said).collect(Collectors.joining("; ")));
            }
            if (some.size() == AT_ONCE) {
                store(source, some, report);
            }
        }
        store(source, some, report);
    }

    private static ImportedLine parse(byte[] line) {
        if (line.length > InputLines.LONGEST) {
            throw new InvalidInputException(
                    new Fault("", null, "the line is longer than " + InputLines.LONGEST + " bytes"));
        }
        return ImportedLine.parse(line);
    }

    private void store(String source, List<ImportedLine> some, ImportReport report) {
        if (!some.isEmpty()) {
            report.store(some.size(), database.inTransaction(tx -> store.add(tx, source, some)));
            some.clear();
        }
    }

    private static boolean isBlank(byte[] line) {
        for (byte one : line) {
            if (one != ' ' && one != '\t' && one != '\r') {
                return false;
            }
        }
        return true;
    }

    private static String said(Fault fault) {
        String where = fault.path().isEmpty() ? "" : fault.path().substring(1) + " ";
        return where
                + fault.message().replace("the body", "the line")
                + (fault.value() == null ? "" : ", got '" + fault.value() + "'");
    }
}
