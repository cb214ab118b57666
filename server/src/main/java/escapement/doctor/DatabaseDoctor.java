package escapement.doctor;

import escapement.db.DatabaseAddress;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Judges a database. */
public final class DatabaseDoctor {
    private static final int OLDEST_VERSION = 15;
    private static final Duration CLOCK_WARN = Duration.ofSeconds(1);
    private static final Duration CLOCK_FAIL = Duration.ofSeconds(30); // a deadline or expiry off by so much misleads
    private static final Duration TRANSACTION_WARN = Duration.ofMinutes(5);
    private static final Duration TRANSACTION_FAIL = Duration.ofHours(6);
    private static final double CROWDED = 0.8;

    private DatabaseDoctor() {}

    public static List<Finding> examine(DatabaseAddress address) {
        Vitals vitals;
        try {
            vitals = VitalsStore.read(address);
        } catch (SQLException e) {
            return List.of(Finding.fail(
                    "database",
                    address + " cannot be used: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getSQLState()),
                    "check ESCAPEMENT_DATABASE_URL, _USER and _PASSWORD, and that the database runs"));
        }
        return judge(vitals, address.toString());
    }

    static List<Finding> judge(Vitals vitals, String address) {
        List<Finding> findings = new ArrayList<>();
        findings.add(version(vitals, address));
        findings.add(vitals.schemaRefusal()
                .map(why -> Finding.fail("schema", why, "do as it says before `escapement serve`"))
                .orElse(Finding.ok("schema", "fits this version")));
        findings.add(durability(vitals));
        findings.add(clock(vitals));
        findings.add(transactions(vitals));
        findings.add(pooler(vitals));
        findings.add(connections(vitals));
        return findings;
    }

    private static Finding version(Vitals vitals, String address) {
        String message = "PostgreSQL " + vitals.version() + " at " + address;
        if (vitals.majorVersion() < OLDEST_VERSION) {
            return Finding.fail(
                    "database", message, "PostgreSQL " + OLDEST_VERSION + " or newer is needed: choose another");
        }
        return vitals.standby()
                ? Finding.fail(
                        "database",
                        message + " is a standby, which takes no changes",
                        "let ESCAPEMENT_DATABASE_URL name the primary")
                : Finding.ok("database", message);
    }

    private static Finding durability(Vitals vitals) {
        List<String> off = new ArrayList<>();
        if (!vitals.fsync()) {
            off.add("fsync");
        }
        if (!vitals.fullPageWrites()) {
            off.add("full_page_writes");
        }
        if (!off.isEmpty()) {
            return Finding.fail(
                    "durability",
                    String.join(" and ", off) + " off: a crash of the machine can destroy the database",
                    "set to on in postgresql.conf and reload");
        }
        return switch (vitals.synchronousCommit()) {
            case "off" ->
                Finding.fail(
                        "durability",
                        "synchronous_commit is off: a crash loses tasks that were acknowledged",
                        "set synchronous_commit = on");
            case "local" ->
                Finding.warn(
                        "durability",
                        "synchronous_commit is local: tasks acknowledged are lost if a standby takes over",
                        "set it to on if there is a synchronous standby");
            default ->
                Finding.ok("durability", "fsync, full_page_writes, synchronous_commit " + vitals.synchronousCommit());
        };
    }

    private static Finding clock(Vitals vitals) {
        Duration off = vitals.clockAhead().abs().minus(vitals.clockPrecision());
        String message = "the database's is " + seconds(vitals.clockAhead().abs()) + " s "
                + (vitals.clockAhead().isNegative() ? "behind" : "ahead of") + " this machine's, give or take "
                + seconds(vitals.clockPrecision()) + " s";
        String advice = "let NTP keep both clocks: times are those of the database's";
        if (off.compareTo(CLOCK_FAIL) > 0) {
            return Finding.fail("clock", message, advice);
        }
        return off.compareTo(CLOCK_WARN) > 0 ? Finding.warn("clock", message, advice) : Finding.ok("clock", message);
    }

    private static String seconds(Duration span) {
        return String.format(Locale.ROOT, "%.3f", span.toNanos() / 1e9);
    }

    private static Finding transactions(Vitals vitals) {
        String hidden = vitals.hiddenSessions() == 0
                ? ""
                : "; those of " + vitals.hiddenSessions() + " sessions are hidden from this user";
        Duration oldest = vitals.oldestTransaction();
        String message = "the oldest has been open for " + oldest.toSeconds() + " s (" + vitals.oldestOwner()
                + "): dead rows stay until it ends, and claims slow down" + hidden;
        String advice = "end it, by select pg_terminate_backend(pid) or rollback prepared; "
                + "see idle_in_transaction_session_timeout";
        if (oldest.compareTo(TRANSACTION_FAIL) > 0) {
            return Finding.fail("transactions", message, advice);
        }
        if (oldest.compareTo(TRANSACTION_WARN) > 0) {
            return Finding.warn("transactions", message, advice);
        }
        String none = "none is open for more than " + TRANSACTION_WARN.toMinutes() + " min" + hidden;
        return vitals.hiddenSessions() == 0
                ? Finding.ok("transactions", none)
                : Finding.warn("transactions", none, "grant pg_monitor to the database user to see all");
    }

    private static Finding pooler(Vitals vitals) {
        return switch (vitals.pooling()) {
            case NONE -> Finding.ok("pooler", "none: connected directly");
            case SESSION ->
                Finding.ok("pooler", "one that keeps a connection for a session: the server's own pool does as well");
            case TRANSACTION ->
                Finding.fail(
                        "pooler",
                        "one that hands connections on between transactions, so prepared statements, session settings "
                                + "and locks of a session get lost",
                        "let ESCAPEMENT_DATABASE_URL name the database itself, or set pool_mode = session");
        };
    }

    private static Finding connections(Vitals vitals) {
        String message = vitals.connections() + " of " + vitals.maxConnections() + " in use";
        return vitals.connections() > CROWDED * vitals.maxConnections()
                ? Finding.warn("connections", message, "raise max_connections, or find who holds so many")
                : Finding.ok("connections", message);
    }
}
