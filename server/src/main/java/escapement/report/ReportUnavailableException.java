package escapement.report;

/** A report was not answered although nothing is wrong with the question. */
public final class ReportUnavailableException extends RuntimeException {
    ReportUnavailableException(String message) {
        super(message);
    }
}
