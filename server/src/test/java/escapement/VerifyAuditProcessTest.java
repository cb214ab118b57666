package escapement;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.access.AuditStore;
import escapement.access.Principal;
import escapement.db.Database;
import escapement.db.DatabaseAddress;
import escapement.support.ServerProcess;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that check the audit trail, as an operator runs them. */
class VerifyAuditProcessTest {
    @TempDir
    Path folder;

    @Test
    void the_exit_code_and_one_sentence_tell_whether_the_trail_is_as_it_was_written() throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            try (Database pool = database.open()) {
                pool.inTransaction(tx -> {
                    new AuditStore().record(tx, Principal.LOCAL, "queue.hold", "mail", "moving");
                    new AuditStore().record(tx, Principal.LOCAL, "queue.release", "mail", null);
                    return true;
                });
            }
            assertThat(run("verify-audit", database, 0))
                    .contains("as it was written: 2 rows chained", "audit head: 2 rows, last ");

            try (Connection superuser = database.connect()) {
                Sql.update(superuser, "set session_replication_role = replica");
                Sql.update(superuser, "update escapement.audit set reason = 'tidying' where reason = 'moving'");
            }

            assertThat(run("verify-audit", database, 1))
                    .contains("BROKEN CHANGED: row ", "(queue.hold mail by local) was changed", "runbook");
            assertThat(run("verify", database, 1)).contains("BROKEN the audit trail is as it was written: ");
        }
    }

    private String run(String command, TestDatabase database, int exitCode) throws Exception {
        DatabaseAddress address = database.address();
        try (ServerProcess process = ServerProcess.in(folder).on(address).start(command)) {
            assertThat(process.waitExit(Duration.ofSeconds(60)))
                    .as(process.output() + process.errors())
                    .isEqualTo(exitCode);
            return process.output();
        }
    }
}
