package escapement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import escapement.access.Admission;
import escapement.db.DatabaseAddress;
import escapement.queue.ClaimOrder;
import escapement.secret.KeyFile;
import escapement.watchdog.Keep;
import escapement.webhook.Webhook;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {
    @Test
    void every_setting_has_its_default() {
        Config config = Config.read(Map.of(), Map.of());

        assertThat(config.port()).isEqualTo(8080);
        assertThat(config.bind()).isEqualTo("127.0.0.1");
        assertThat(config.database()).isEmpty();
        assertThat(config.databasePort()).isZero();
        assertThat(config.dataDir()).isEqualTo(Path.of("data").toAbsolutePath());
        assertThat(config.maxConcurrentTasks())
                .isEqualTo(25 * Runtime.getRuntime().availableProcessors());
        assertThat(config.claimOrder()).isEqualTo(new ClaimOrder(Duration.ofMinutes(10), ClaimOrder.By.AGE));
        assertThat(config.lease()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.drain()).isEqualTo(Duration.ofSeconds(25));
        assertThat(config.adminUiDir()).isEmpty();
        assertThat(config.admission()).isEqualTo(new Admission(false, Set.of()));
    }

    @Test
    void every_setting_is_read_from_its_variable(@TempDir Path ui) {
        Config config = Config.read(
                Map.ofEntries(
                        Map.entry("ESCAPEMENT_PORT", "0"),
                        Map.entry("ESCAPEMENT_BIND", "::1"),
                        Map.entry("ESCAPEMENT_AUTH", "token"),
                        Map.entry("ESCAPEMENT_HOSTS", "Tasks.example, 10.0.0.7,[fd00::1]"),
                        Map.entry("ESCAPEMENT_DATABASE_URL", "jdbc:postgresql://db/x"),
                        Map.entry("ESCAPEMENT_DATABASE_USER", "ana"),
                        Map.entry("ESCAPEMENT_DATABASE_PASSWORD", "secret"),
                        Map.entry("ESCAPEMENT_DATABASE_PORT", "5433"),
                        Map.entry("ESCAPEMENT_DATA_DIR", "/var/lib/../x"),
                        Map.entry("ESCAPEMENT_MAX_CONCURRENT_TASKS", "7"),
                        Map.entry("ESCAPEMENT_AGEING_SECONDS", "0"),
                        Map.entry("ESCAPEMENT_ORDER", "deadline"),
                        Map.entry("ESCAPEMENT_LEASE_SECONDS", "2"),
                        Map.entry("ESCAPEMENT_DRAIN_SECONDS", "0"),
                        Map.entry("ESCAPEMENT_ADMIN_UI_DIR", ui.toString()),
                        Map.entry("PATH", "not ours")),
                Map.of());

        assertThat(config.port()).isZero();
        assertThat(config.bind()).isEqualTo("::1");
        assertThat(config.database()).contains(new DatabaseAddress("jdbc:postgresql://db/x", "ana", "secret"));
        assertThat(config.databasePort()).isEqualTo(5433);
        assertThat(config.dataDir()).isEqualTo(Path.of("/var/x"));
        assertThat(config.maxConcurrentTasks()).isEqualTo(7);
        assertThat(config.claimOrder()).isEqualTo(new ClaimOrder(Duration.ZERO, ClaimOrder.By.DEADLINE));
        assertThat(config.lease()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.drain()).isZero();
        assertThat(config.adminUiDir()).contains(ui);
        assertThat(config.admission()).isEqualTo(new Admission(true, Set.of("tasks.example", "10.0.0.7", "[fd00::1]")));
    }

    @Test
    void a_flag_stands_above_a_variable() {
        assertThat(Config.read(Map.of("ESCAPEMENT_PORT", "1"), Map.of(Setting.PORT, "2"))
                        .port())
                .isEqualTo(2);
    }

    @Test
    void a_blank_value_is_the_default_and_spaces_around_one_do_not_count() {
        assertThat(read("PORT", "  ").port()).isEqualTo(8080);
        assertThat(read("PORT", " 81 ").port()).isEqualTo(81);
    }

    @Test
    void variables_and_flags_have_the_same_names() {
        assertThat(Setting.MAX_CONCURRENT_TASKS.variable()).isEqualTo("ESCAPEMENT_MAX_CONCURRENT_TASKS");
        assertThat(Setting.MAX_CONCURRENT_TASKS.flag()).isEqualTo("--max-concurrent-tasks");
        assertThat(Arrays.stream(Setting.values()).map(Setting::description)).allMatch(text -> !text.isBlank());
    }

    @Test
    void the_variables_of_the_client_are_none_of_the_servers_business() {
        Config config = Config.of(Map.of("ESCAPEMENT_URL", "http://elsewhere", "ESCAPEMENT_TOKEN", "x"));

        assertThat(config.port()).isEqualTo(8080);
    }

    @Test
    void an_unknown_variable_is_refused_by_name_with_those_that_exist() {
        assertThatThrownBy(() -> read("MAX_CONCURENT_TASKS", "8"))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("unknown setting ESCAPEMENT_MAX_CONCURENT_TASKS: the known ones are ")
                .hasMessageContaining("ESCAPEMENT_MAX_CONCURRENT_TASKS");
    }

    @Test
    void the_order_is_age_or_deadline_in_any_case() {
        assertThat(read("ORDER", "Deadline").claimOrder().by()).isEqualTo(ClaimOrder.By.DEADLINE);
        assertThat(read("ORDER", "age").claimOrder().by()).isEqualTo(ClaimOrder.By.AGE);
        assertThatThrownBy(() -> read("ORDER", "oldest"))
                .isInstanceOf(SettingException.class)
                .hasMessage("ESCAPEMENT_ORDER must be age or deadline, got 'oldest'");
    }

    @ParameterizedTest
    @CsvSource({
        "PORT,0,65535",
        "DATABASE_PORT,0,65535",
        "MAX_CONCURRENT_TASKS,1,100000",
        "AGEING_SECONDS,0,31536000",
        "LEASE_SECONDS,2,3600",
        "DRAIN_SECONDS,0,3600"
    })
    void a_number_out_of_range_or_no_number_is_refused_with_what_is_accepted(String setting, int min, int max) {
        read(setting, Integer.toString(min));
        read(setting, Integer.toString(max));

        for (String bad : new String[] {
            Integer.toString(min - 1), Long.toString(max + 1L), "-7", "1.5", "many", "1e3", "99999999999999999999"
        }) {
            assertThatThrownBy(() -> read(setting, bad))
                    .isInstanceOf(SettingException.class)
                    .hasMessage("ESCAPEMENT_%s must be a whole number from %d to %d, got '%s'", setting, min, max, bad);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.8.8", "::1", "localhost"})
    void any_loopback_address_may_be_bound(String address) {
        assertThat(read("BIND", address).bind()).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    void other_addresses_may_be_bound_with_a_login_and_only_with_one(String address) {
        Map<Setting, String> bind = Map.of(Setting.BIND, address);
        assertThat(Config.read(Map.of(), bind).admission().login()).isTrue();
        assertThat(Config.read(Map.of("ESCAPEMENT_AUTH", "Token"), bind)
                        .admission()
                        .login())
                .isTrue();

        assertThatThrownBy(() -> Config.read(Map.of("ESCAPEMENT_AUTH", "none"), bind))
                .isInstanceOf(SettingException.class)
                .hasMessage(
                        "ESCAPEMENT_AUTH=none lets everybody act with all roles, so ESCAPEMENT_BIND must be a loopback address "
                                + "such as 127.0.0.1 then, got '%s'",
                        address);
    }

    @Test
    void without_a_word_about_it_a_login_is_asked_for_unless_only_this_machine_reaches_an_own_database() {
        String outside = "jdbc:postgresql://db/x";

        assertThat(read("AUTH", "auto").admission().login()).isFalse();
        assertThat(read("AUTH", "token").admission().login()).isTrue();
        assertThat(read("DATABASE_URL", outside).admission().login()).isTrue();
        assertThat(Config.read(Map.of("ESCAPEMENT_DATABASE_URL", outside, "ESCAPEMENT_AUTH", "none"), Map.of())
                        .admission()
                        .login())
                .isFalse();
        assertThatThrownBy(() -> read("AUTH", "password"))
                .isInstanceOf(SettingException.class)
                .hasMessage("ESCAPEMENT_AUTH must be auto, token or none, got 'password'");
    }

    @Test
    void further_hosts_need_a_login_and_must_be_names_or_addresses() {
        assertThatThrownBy(() -> read("HOSTS", "tasks.example"))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith(
                        "ESCAPEMENT_HOSTS lets others reach this server, so ESCAPEMENT_AUTH must be token");
        for (String bad : List.of("tasks.example:8080", "https://tasks.example", "*", "a b", "-x")) {
            assertThatThrownBy(() -> Config.read(
                            Map.of("ESCAPEMENT_AUTH", "token", "ESCAPEMENT_HOSTS", "ok.example," + bad), Map.of()))
                    .isInstanceOf(SettingException.class)
                    .hasMessage(
                            "ESCAPEMENT_HOSTS must be names or addresses without ports, separated by commas, got '%s'",
                            bad);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"256.1.1.1", "203.0.113.77"})
    void a_bind_address_that_is_not_of_this_machine_is_refused(String address) {
        assertThatThrownBy(() -> read("BIND", address))
                .isInstanceOf(SettingException.class)
                .hasMessage("ESCAPEMENT_BIND is no address of this machine: '%s'", address);
    }

    @Test
    void a_database_url_of_another_kind_is_refused_without_repeating_the_password_in_it() {
        assertThatThrownBy(() -> read("DATABASE_URL", "postgres://ana:secret@db/x"))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("ESCAPEMENT_DATABASE_URL must start with jdbc:postgresql:")
                .hasMessageContaining("postgres://")
                .hasMessageNotContaining("secret");
    }

    @Test
    void the_variables_of_secrets_are_no_settings_and_are_not_shown() {
        Config config = read("SECRET_TOKEN", "hunter2");

        assertThat(config.secrets().sources().variables()).containsEntry("ESCAPEMENT_SECRET_TOKEN", "hunter2");
        assertThat(config.toString()).doesNotContain("hunter2");
        assertThatThrownBy(() -> read("SECRET_", "x"))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("unknown setting ESCAPEMENT_SECRET_");
    }

    @Test
    void a_server_with_its_own_database_makes_its_key_and_one_of_a_cluster_never() {
        assertThat(read("DATA_DIR", "/srv/data").secrets().keys())
                .contains(new KeyFile(Path.of("/srv/escapement.key"), true));
        assertThat(read("KEY_FILE", "/etc/key").secrets().keys()).contains(new KeyFile(Path.of("/etc/key"), false));
        assertThat(read("DATABASE_URL", "jdbc:postgresql://db/x").secrets().keys())
                .isEmpty();
    }

    @Test
    void a_key_in_the_data_folder_is_refused() {
        assertThatThrownBy(() -> Config.read(
                        Map.of("ESCAPEMENT_DATA_DIR", "/srv/data", "ESCAPEMENT_KEY_FILE", "/srv/x/../data/key"),
                        Map.of()))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("ESCAPEMENT_KEY_FILE must lie outside the data folder /srv/data");
    }

    @Test
    void a_limit_below_one_is_refused_however_a_config_is_made() {
        Config config = read("PORT", "0");

        for (int limit : new int[] {0, -1}) {
            assertThatThrownBy(() -> withLimit(config, limit))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("maxConcurrentTasks must be at least 1, got " + limit);
        }
    }

    @Test
    void a_webhook_is_an_address_with_or_without_a_secret() {
        assertThat(read("WEBHOOK_URL", "").webhook()).isEmpty();
        assertThat(read("WEBHOOK_URL", "HTTP://10.0.0.7:9000/x").webhook())
                .contains(Webhook.of("HTTP://10.0.0.7:9000/x", ""));
        Map<String, String> both =
                Map.of("ESCAPEMENT_WEBHOOK_URL", "https://alerts.example/x", "ESCAPEMENT_WEBHOOK_SECRET", "key");
        assertThat(Config.of(both).webhook()).contains(Webhook.of("https://alerts.example/x", "key"));
        assertThatThrownBy(() -> read("WEBHOOK_URL", "alerts.example/T0KEN"))
                .isInstanceOf(SettingException.class)
                .hasMessage("ESCAPEMENT_WEBHOOK_URL must start with https:// or http://, such as"
                        + " https://alerts.example/escapement");
        assertThatThrownBy(() -> read("WEBHOOK_SECRET", "key"))
                .isInstanceOf(SettingException.class)
                .hasMessage(
                        "ESCAPEMENT_WEBHOOK_SECRET signs nothing without ESCAPEMENT_WEBHOOK_URL: set both or neither");
    }

    @Test
    void tasks_are_kept_for_ever_unless_a_setting_says_for_how_many_days() {
        assertThat(Config.of(Map.of()).keep()).isEqualTo(Keep.FOR_EVER);
        assertThat(read("KEEP_COMPLETED_DAYS", "30").keep()).isEqualTo(new Keep(30, null, null, null));
        assertThat(read("KEEP_CANCELLED_DAYS", "7").keep()).isEqualTo(new Keep(null, null, null, 7));
        assertThatThrownBy(() -> read("KEEP_FAILED_DAYS", "0"))
                .isInstanceOf(SettingException.class)
                .hasMessage("ESCAPEMENT_KEEP_FAILED_DAYS must be a whole number from 1 to 36500, got '0'");
    }

    private static Config withLimit(Config like, int limit) {
        return new Config(
                like.port(),
                like.bind(),
                like.database(),
                like.databasePort(),
                like.dataDir(),
                like.metricsLog(),
                like.textLog(),
                limit,
                like.claimOrder(),
                like.lease(),
                like.drain(),
                like.mode(),
                like.httpAllowed(),
                like.commands(),
                like.pluginsDir(),
                like.secrets(),
                like.webhook(),
                like.keep(),
                like.dryRun(),
                like.example(),
                like.adminUiDir(),
                like.admission());
    }

    private static Config read(String setting, String value) {
        return Config.read(Map.of("ESCAPEMENT_" + setting, value), Map.of());
    }
}
