package escapement.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.db.Database;
import escapement.json.Json;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes rows into the audit chain that came without a hash, and tells the log where the chain stands. Thread-safe. */
public final class AuditKeeper {
    private static final Logger log = LoggerFactory.getLogger(AuditKeeper.class);
    private static final int CHUNK = 500;

    private final Database database;
    private final AuditStore audit = new AuditStore();
    private final AuditChainStore chain = new AuditChainStore();

    public AuditKeeper(Database database) {
        this.database = database;
    }

    /** Any node may call it at any time. */
    public void runOnce() {
        int adopted;
        do {
            adopted = adopt();
        } while (adopted == CHUNK);
        tellHead();
    }

    /** Rows are never changed, so a chained row vouches for them instead. */
    private int adopt() {
        if (chain.unadopted(database.jooq(), 1).isEmpty()) {
            return 0; // nothing to lock the head for
        }
        List<AuditRow> adopted = database.inTransaction(tx -> {
            chain.lock(tx);
            List<AuditRow> rows = chain.unadopted(tx, CHUNK);
            if (!rows.isEmpty()) {
                audit.record(tx, Principal.SERVER, vouching(rows));
            }
            return rows;
        });
        if (!adopted.isEmpty()) {
            log.warn(
                    "audit: adopted {} rows that were not chained, {} to {}; if no older node wrote them, see ops/runbook.md",
                    adopted.size(),
                    adopted.getFirst().id(),
                    adopted.getLast().id());
        }
        return adopted.size();
    }

    private static AuditChange vouching(List<AuditRow> rows) {
        ObjectNode detail = Json.nodes().objectNode();
        ObjectNode hashes = detail.putObject("rows");
        rows.forEach(row -> hashes.put(Long.toString(row.id()), AuditChain.link(AuditChain.START, row)));
        String target = rows.getFirst().id() + "-" + rows.getLast().id();
        return AuditChange.done(AuditChainStore.ADOPT, target, null).detail(Json.write(detail));
    }

    private void tellHead() {
        chain.head(database.jooq())
                .ifPresentOrElse(
                        head -> log.info(
                                "audit head: {} rows, last {}, hash {}", head.rows(), head.lastId(), head.hash()),
                        () -> log.error("the audit trail has lost its head: see ops/runbook.md"));
    }
}
