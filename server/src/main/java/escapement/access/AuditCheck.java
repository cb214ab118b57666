package escapement.access;

import escapement.access.AuditChainStore.Unchained;
import escapement.access.AuditReport.Fault;
import escapement.access.AuditReport.Kind;
import escapement.db.Database;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Recomputes the audit chain, one row after the other, and tells the first thing that is not as it was written.
 *
 * <p>Takes the same memory for any number of rows. May run beside nodes: it sees one snapshot.
 */
public final class AuditCheck {
    private final AuditChainStore store = new AuditChainStore();

    public AuditReport check(Database database) {
        return database.statement(connection -> {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("set transaction isolation level repeatable read, read only");
                statement.execute("set local statement_timeout = '10min'");
                return check(connection);
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        });
    }

    /** @param snapshot a connection in a transaction that sees one state throughout */
    public AuditReport check(Connection snapshot) {
        Optional<AuditHead> found = store.head(snapshot);
        AuditHead head = found.orElse(new AuditHead(0, null, AuditChain.START));
        Chain chain = new Chain();
        store.eachChained(snapshot, chain);
        Loose loose = new Loose();
        Fault fault = chain.suspect == null ? null : explain(snapshot, chain.suspect, chain);
        if (fault == null) {
            fault = found.isEmpty()
                    ? new Fault(Kind.HEAD_CHANGED, "the head is gone: escapement.audit_head has no row")
                    : compare(chain, head);
        }
        if (fault == null) {
            store.eachUnchained(snapshot, loose);
            fault = loose.fault;
        }
        return new AuditReport(chain.rows, loose.adopted, head, Optional.ofNullable(fault));
    }

    /** Follows the chain as far as it is unbroken. */
    private static final class Chain implements Predicate<AuditRow> {
        private long rows;
        private @Nullable Long lastId;
        private String lastHash = AuditChain.START;
        private @Nullable AuditRow suspect;

        @Override
        public boolean test(AuditRow row) {
            if (!lastHash.equals(row.previousHash()) || !isIntact(row)) {
                suspect = row;
                return false;
            }
            rows++;
            lastId = row.id();
            lastHash = Objects.requireNonNull(row.hash());
            return true;
        }
    }

    private static boolean isIntact(AuditRow row) {
        return row.previousHash() != null
                && AuditChain.link(row.previousHash(), row).equals(row.hash());
    }

    private Fault explain(Connection snapshot, AuditRow suspect, Chain chain) {
        String where = chain.lastId == null ? "the beginning" : "row " + chain.lastId;
        if (isIntact(suspect)) {
            return new Fault(
                    Kind.DELETED,
                    "row %d does not follow %s: what stood between them was deleted, or %s was put there or rewritten with its hash"
                            .formatted(suspect.id(), where, chain.lastId == null ? "row " + suspect.id() : where));
        }
        Long other = standsIn(snapshot, suspect, chain.lastHash);
        return other == null
                ? new Fault(
                        Kind.CHANGED,
                        "row %d (%s %s by %s) was changed: its hash is not that of what it says"
                                .formatted(suspect.id(), suspect.operation(), suspect.target(), suspect.principal()))
                : new Fault(
                        Kind.SWAPPED,
                        "rows %d and %d were swapped: each says what the other was written with"
                                .formatted(suspect.id(), other));
    }

    /** The row that says what belongs in the place of this one, with or without its hash. */
    private @Nullable Long standsIn(Connection snapshot, AuditRow suspect, String before) {
        Long[] found = new Long[1];
        store.eachChained(snapshot, row -> {
            String hash = AuditChain.link(before, row.withId(suspect.id()));
            if (row.id() != suspect.id() && (hash.equals(suspect.hash()) || hash.equals(row.hash()))) {
                found[0] = row.id();
            }
            return found[0] == null;
        });
        return found[0];
    }

    private static @Nullable Fault compare(Chain chain, AuditHead head) {
        boolean endsThere = chain.lastHash.equals(head.hash()) && Objects.equals(chain.lastId, head.lastId());
        if (endsThere && chain.rows == head.rows()) {
            return null;
        }
        String both = "the head stands at row %s of %d, the chain ends at row %s of %d"
                .formatted(head.lastId(), head.rows(), chain.lastId, chain.rows);
        if (endsThere || chain.rows == head.rows()) {
            return new Fault(Kind.HEAD_CHANGED, both + ": the head was changed, or the last row with its hash");
        }
        return chain.rows < head.rows()
                ? new Fault(Kind.TAIL_MISSING, both + ": the last " + (head.rows() - chain.rows) + " are missing")
                : new Fault(Kind.INSERTED, both + ": rows were added past the head, or the head was set back");
    }

    /** Looks at what is not in the chain: it must be vouched for by a row that is. */
    private static final class Loose implements Predicate<Unchained> {
        private long adopted;
        private @Nullable Fault fault;

        @Override
        public boolean test(Unchained unchained) {
            fault = faultOf(unchained);
            adopted++;
            return fault == null;
        }

        private static @Nullable Fault faultOf(Unchained unchained) {
            AuditRow row = unchained.row();
            if (row == null) {
                return new Fault(
                        Kind.DELETED,
                        "row %s, which was not chained but adopted, was deleted".formatted(unchained.adoptedId()));
            }
            if (unchained.adoptedHash() == null) {
                return new Fault(
                        Kind.NOT_CHAINED,
                        "row %d (%s %s by %s) is not chained: written by an older node and not adopted yet, or past the server"
                                .formatted(row.id(), row.operation(), row.target(), row.principal()));
            }
            boolean asAdopted = row.previousHash() == null
                    && AuditChain.link(AuditChain.START, row).equals(unchained.adoptedHash());
            return asAdopted
                    ? null
                    : new Fault(Kind.CHANGED, "row %d was changed after it was adopted".formatted(row.id()));
        }
    }
}
