package escapement;

import escapement.db.DatabaseAddress;
import escapement.migrations.Migrations;

/** {@code migrate}: the schema of an outside database; the embedded one is migrated whenever it starts. */
final class MigrateCommand {
    private MigrateCommand() {}

    static int run(Config config) {
        DatabaseAddress address = config.database()
                .orElseThrow(() -> new SettingException(Setting.DATABASE_URL.variable()
                        + " is needed to migrate; the embedded database is migrated whenever 'serve' starts it"));
        Migrations.migrate(address.url(), address.user(), address.password());
        System.out.println("The schema of " + address.shortUrl() + " is that of version " + Migrations.VERSION + ".");
        return Main.ok();
    }
}
