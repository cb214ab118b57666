package escapement.bench;

import java.sql.SQLException;

/** What something cost: bytes of WAL and CPU time of both sides, in all or per task. */
record Cost(double walBytes, double jvmMicros, double postgresMicros) {
    static Cost until(BenchDatabase database) throws SQLException {
        return new Cost(database.walBytes(), Machine.jvmMicros(), Machine.postgresMicros(database.backend()));
    }

    Cost minus(Cost before) {
        return new Cost(
                walBytes - before.walBytes, jvmMicros - before.jvmMicros, postgresMicros - before.postgresMicros);
    }

    Cost per(int tasks) {
        return new Cost(walBytes / tasks, jvmMicros / tasks, postgresMicros / tasks);
    }
}
