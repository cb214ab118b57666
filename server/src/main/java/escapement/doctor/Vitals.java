package escapement.doctor;

import java.time.Duration;
import java.util.Optional;

/**
 * What a database says of itself.
 *
 * @param clockAhead how far its clock is before this machine's, as near as the way there and back lets one tell
 * @param oldestTransaction how long the oldest open one has been open, prepared ones included; zero when none is
 * @param hiddenSessions sessions whose transactions we may not see
 * @param connections in use, of all that this server may have
 * @param schemaRefusal why this version cannot work on its schema
 */
record Vitals(
        String version,
        int majorVersion,
        boolean fsync,
        boolean fullPageWrites,
        String synchronousCommit,
        boolean standby,
        Duration clockAhead,
        Duration clockPrecision,
        Duration oldestTransaction,
        String oldestOwner,
        int hiddenSessions,
        int connections,
        int maxConnections,
        Pooling pooling,
        Optional<String> schemaRefusal) {}
