package escapement.watchdog;

import escapement.access.AuditKeeper;
import escapement.calibration.SumKeeper;
import escapement.db.Database;
import escapement.follow.CompactionStore;
import escapement.follow.JournalStore;
import escapement.migrations.Partitions;
import escapement.webhook.Deliveries;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the coming months' partitions, forgets the journal once it has been followed, makes hours of old minutes, gives up
 * alerts that nobody took, looks after the audit and the sums of calibration. Repeatable; any node may run it.
 */
public final class Housekeeping {
    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration KEEP_JOURNAL = Duration.ofDays(1);

    private final Database database;
    private final JournalStore journal;
    private final CompactionStore rollUps;
    private final AuditKeeper audit;
    private final Deliveries deliveries;
    private final SumKeeper sums;

    public Housekeeping(
            Database database,
            JournalStore journal,
            CompactionStore rollUps,
            AuditKeeper audit,
            Deliveries deliveries,
            SumKeeper sums) {
        this.database = database;
        this.journal = journal;
        this.rollUps = rollUps;
        this.audit = audit;
        this.deliveries = deliveries;
        this.sums = sums;
    }

    public void runOnce() {
        ensurePartitions();
        int forgotten = journal.forgetFollowed(KEEP_JOURNAL);
        log.debug("forgot {} journal rows", forgotten);
        log.debug("{} rows of roll-ups became part of hours and days", rollUps.compact());
        deliveries.giveUpOld();
        audit.runOnce();
        sums.runOnce(LocalDate.now(ZoneOffset.UTC));
    }

    // a node's role may lack the right to make tables; then 'migrate' does it, and until then rows land in the default
    // partition
    private void ensurePartitions() {
        try {
            database.statement(connection -> {
                Partitions.ensure(connection, YearMonth.now(ZoneOffset.UTC));
                return true;
            });
        } catch (DataAccessException e) {
            Throwable cause = e.getCause() instanceof SQLException sql ? sql : e;
            log.warn(
                    "the coming months' partitions could not be made (run 'migrate' as the owner): {}",
                    cause.getMessage());
        }
    }
}
