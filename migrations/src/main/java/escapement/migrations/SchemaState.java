package escapement.migrations;

import java.util.Optional;

/**
 * What a database says of its schema.
 *
 * @param version 0 before the first migration
 * @param compatibleFrom the oldest server version that can work with it
 */
public record SchemaState(int version, int compatibleFrom) {
    static final SchemaState NONE = new SchemaState(0, 0);

    /** Why this server must not work on such a schema, in one sentence; empty if it may. */
    public Optional<String> refusal() {
        if (version == 0) {
            return Optional.of("The database has no Escapement schema yet: run `escapement migrate` first.");
        }
        if (version < Migrations.VERSION) {
            return Optional.of(
                    "The schema of the database is version %d and this server needs %d: run `escapement migrate` first."
                            .formatted(version, Migrations.VERSION));
        }
        if (compatibleFrom > Migrations.VERSION) {
            return Optional.of(
                    "The schema of the database is version %d, made for servers from version %d on, and this one is %d: start a newer server."
                            .formatted(version, compatibleFrom, Migrations.VERSION));
        }
        return Optional.empty();
    }
}
