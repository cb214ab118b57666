package escapement;

import escapement.access.Admission;
import escapement.action.builtin.HttpAllowList;
import escapement.client.Access;
import escapement.db.DatabaseAddress;
import escapement.queue.ClaimOrder;
import escapement.queue.Mode;
import escapement.secret.KeyFile;
import escapement.secret.SecretPlaces;
import escapement.secret.SecretSources;
import escapement.watchdog.Keep;
import escapement.webhook.Webhook;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All settings, checked.
 *
 * @param database where an outside PostgreSQL is; empty: the embedded one in {@code dataDir}
 * @param metricsLog whether this node may write a line for each attempt into files
 * @param textLog whether what it says goes to a file, too
 * @param maxConcurrentTasks most actions that run at once on this node
 * @param drain how long running actions may finish when the server stops
 * @param mode of a database that no node has started on yet
 * @param httpAllowed where {@code http_request} may go
 * @param commands the file of programs that tasks may run
 * @param pluginsDir a folder of jars with further actions
 * @param keep for how long tasks that have ended are kept
 * @param dryRun whether HIGH risk runs dry as long as nobody has chosen a policy
 * @param secrets where values come from that tasks name, and the keys that seal those they give
 * @param webhook who is told what operators should know
 * @param example whether the example's settings fill what was not given
 * @param adminUiDir where to serve the page from instead of the jar
 * @param admission whom the server lets in
 */
public record Config(
        int port,
        String bind,
        Optional<DatabaseAddress> database,
        int databasePort,
        Path dataDir,
        boolean metricsLog,
        boolean textLog,
        int maxConcurrentTasks,
        ClaimOrder claimOrder,
        Duration lease,
        Duration drain,
        Mode mode,
        HttpAllowList httpAllowed,
        Optional<Path> commands,
        Optional<Path> pluginsDir,
        SecretPlaces secrets,
        Optional<Webhook> webhook,
        Keep keep,
        boolean dryRun,
        boolean example,
        Optional<Path> adminUiDir,
        Admission admission) {

    // virtual threads make a waiting action nearly free, so the limit is for what actions wait for: 50 on two cores
    // keep an
    // HTTP service busy without flooding it, and no-op tasks drain no faster with more
    private static final int TASKS_PER_CORE = 25;

    private static final Pattern HOST = Pattern.compile("[a-z0-9]([a-z0-9._-]*[a-z0-9])?|\\[[0-9a-f:.]+]");

    private static final Map<Setting, String> EXAMPLE = Map.of(
            Setting.HTTP_ALLOW, "localhost,127.0.0.1,[::1]",
            Setting.COMMANDS, "ops/examples/commands.json");

    public Config {
        if (maxConcurrentTasks < 1) {
            throw new IllegalArgumentException("maxConcurrentTasks must be at least 1, got " + maxConcurrentTasks);
        }
    }

    /** Reads settings from variables. */
    public static Config of(Map<String, String> environment) {
        return read(environment, Map.of());
    }

    /** Reads settings; flags stand above variables. */
    static Config read(Map<String, String> environment, Map<Setting, String> flags) {
        refuseUnknown(environment);
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            String value = flags.getOrDefault(setting, environment.getOrDefault(setting.variable(), ""));
            values.put(setting, value.isBlank() ? setting.otherwise() : value.strip());
        }
        if (values.get(Setting.EXAMPLE) instanceof String example && isTrue(Setting.EXAMPLE, example)) {
            EXAMPLE.forEach(
                    (setting, value) -> values.merge(setting, value, (given, ours) -> given.isEmpty() ? ours : given));
        }
        return new Values(values).config(environment);
    }

    private static boolean isTrue(Setting setting, String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new SettingException(setting.variable() + " must be true or false, got '" + text + "'");
        };
    }

    static void refuseUnknown(Map<String, String> environment) {
        for (String variable : environment.keySet()) {
            if (variable.startsWith("ESCAPEMENT_")
                    && !SecretSources.isVariable(variable)
                    && !Access.isVariable(variable)
                    && Arrays.stream(Setting.values())
                            .noneMatch(setting -> setting.variable().equals(variable))) {
                throw new SettingException("unknown setting " + variable + ": the known ones are "
                        + String.join(
                                ", ",
                                Arrays.stream(Setting.values())
                                        .map(Setting::variable)
                                        .toList()));
            }
        }
    }

    private record Values(Map<Setting, String> values) {
        Config config(Map<String, String> environment) {
            return new Config(
                    number(Setting.PORT, 0, 65535),
                    bind(),
                    database(),
                    number(Setting.DATABASE_PORT, 0, 65535),
                    dataDir(),
                    isTrue(Setting.METRICS_LOG, text(Setting.METRICS_LOG)),
                    isTrue(Setting.TEXT_LOG, text(Setting.TEXT_LOG)),
                    maxConcurrentTasks(),
                    new ClaimOrder(seconds(Setting.AGEING_SECONDS, 0, 31_536_000), order()),
                    seconds(Setting.LEASE_SECONDS, 2, 3600),
                    seconds(Setting.DRAIN_SECONDS, 0, 3600),
                    mode(),
                    httpAllowed(),
                    path(Setting.COMMANDS),
                    path(Setting.PLUGINS_DIR),
                    secrets(environment),
                    webhook(),
                    new Keep(
                            days(Setting.KEEP_COMPLETED_DAYS),
                            days(Setting.KEEP_FAILED_DAYS),
                            days(Setting.KEEP_SKIPPED_DAYS),
                            days(Setting.KEEP_CANCELLED_DAYS)),
                    isTrue(Setting.DRY_RUN, text(Setting.DRY_RUN)),
                    isTrue(Setting.EXAMPLE, text(Setting.EXAMPLE)),
                    adminUiDir(),
                    admission());
        }

        private ClaimOrder.By order() {
            String order = text(Setting.ORDER);
            return switch (order.toLowerCase(Locale.ROOT)) {
                case "age" -> ClaimOrder.By.AGE;
                case "deadline" -> ClaimOrder.By.DEADLINE;
                default ->
                    throw new SettingException(
                            Setting.ORDER.variable() + " must be age or deadline, got '" + order + "'");
            };
        }

        private Mode mode() {
            String mode = text(Setting.MODE).toUpperCase(Locale.ROOT);
            return Arrays.stream(Mode.values())
                    .filter(one -> one.name().equals(mode))
                    .findFirst()
                    .orElseThrow(() -> new SettingException(Setting.MODE.variable()
                            + " must be LIVE, DRY_RUN or LOCKED, got '" + text(Setting.MODE) + "'"));
        }

        private Optional<Path> path(Setting setting) {
            return Optional.of(text(setting))
                    .filter(path -> !path.isEmpty())
                    .map(path -> Path.of(path).toAbsolutePath());
        }

        private HttpAllowList httpAllowed() {
            try {
                return HttpAllowList.parse(text(Setting.HTTP_ALLOW));
            } catch (IllegalArgumentException e) {
                throw new SettingException(Setting.HTTP_ALLOW.variable() + ": " + e.getMessage());
            }
        }

        private Path dataDir() {
            return Path.of(text(Setting.DATA_DIR)).toAbsolutePath().normalize();
        }

        private SecretPlaces secrets(Map<String, String> environment) {
            return new SecretPlaces(SecretSources.of(environment, folder(Setting.SECRETS_DIR)), keyFile());
        }

        private Optional<KeyFile> keyFile() {
            Optional<Path> given = path(Setting.KEY_FILE).map(Path::normalize);
            if (given.filter(file -> file.startsWith(dataDir())).isPresent()) {
                throw new SettingException(Setting.KEY_FILE.variable() + " must lie outside the data folder "
                        + dataDir() + ", or a copy of the data can be read, got '" + text(Setting.KEY_FILE) + "'");
            }
            // every node of a cluster needs the same keys, so one that made its own would be worse than none
            return given.map(file -> new KeyFile(file, false))
                    .or(() -> text(Setting.DATABASE_URL).isEmpty()
                            ? Optional.of(new KeyFile(dataDir().resolveSibling("escapement.key"), true))
                            : Optional.empty());
        }

        private Optional<Webhook> webhook() {
            String url = text(Setting.WEBHOOK_URL);
            String secret = text(Setting.WEBHOOK_SECRET);
            if (url.isEmpty()) {
                if (!secret.isEmpty()) {
                    throw new SettingException(Setting.WEBHOOK_SECRET.variable() + " signs nothing without "
                            + Setting.WEBHOOK_URL.variable() + ": set both or neither");
                }
                return Optional.empty();
            }
            try {
                return Optional.of(Webhook.of(url, secret));
            } catch (IllegalArgumentException e) {
                throw new SettingException(Setting.WEBHOOK_URL.variable() + " " + e.getMessage());
            }
        }

        private Optional<Path> adminUiDir() {
            return folder(Setting.ADMIN_UI_DIR);
        }

        private Optional<Path> folder(Setting setting) {
            path(setting).filter(folder -> !Files.isDirectory(folder)).ifPresent(_ -> {
                throw new SettingException(
                        setting.variable() + " must be a folder that exists, got '" + text(setting) + "'");
            });
            return path(setting);
        }

        private String text(Setting setting) {
            return values.getOrDefault(setting, "");
        }

        private int number(Setting setting, int min, int max) {
            try {
                int number = Integer.parseInt(text(setting));
                if (number >= min && number <= max) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // answered below, with what is accepted
            }
            throw new SettingException(setting.variable() + " must be a whole number from " + min + " to " + max
                    + ", got '" + text(setting) + "'");
        }

        private Duration seconds(Setting setting, int min, int max) {
            return Duration.ofSeconds(number(setting, min, max));
        }

        private @Nullable Integer days(Setting setting) {
            return text(setting).isEmpty() ? null : number(setting, 1, 36_500);
        }

        private int maxConcurrentTasks() {
            return text(Setting.MAX_CONCURRENT_TASKS).isEmpty()
                    ? TASKS_PER_CORE * Runtime.getRuntime().availableProcessors()
                    : number(Setting.MAX_CONCURRENT_TASKS, 1, 100_000);
        }

        private String bind() {
            String bind = text(Setting.BIND);
            InetAddress address = bindAddress();
            try {
                if (address.isLoopbackAddress()
                        || address.isAnyLocalAddress()
                        || NetworkInterface.getByInetAddress(address) != null) {
                    return bind;
                }
            } catch (SocketException e) {
                throw new IllegalStateException(e);
            }
            throw new SettingException(Setting.BIND.variable() + " is no address of this machine: '" + bind + "'");
        }

        private InetAddress bindAddress() {
            String bind = text(Setting.BIND);
            try {
                return InetAddress.getByName(bind);
            } catch (UnknownHostException e) {
                throw new SettingException(Setting.BIND.variable() + " is no address of this machine: '" + bind + "'");
            }
        }

        private Admission admission() {
            boolean login = login();
            Set<String> hosts = hosts();
            if (!login && !hosts.isEmpty()) {
                throw new SettingException(Setting.HOSTS.variable()
                        + " lets others reach this server, so " + Setting.AUTH.variable()
                        + " must be token then: now everybody would act with all roles");
            }
            return new Admission(login, hosts);
        }

        private boolean login() {
            String auth = text(Setting.AUTH);
            boolean loopback = bindAddress().isLoopbackAddress();
            return switch (auth.toLowerCase(Locale.ROOT)) {
                case "auto" -> !loopback || database().isPresent();
                case "token" -> true;
                case "none" -> {
                    if (!loopback) {
                        throw new SettingException(Setting.AUTH.variable()
                                + "=none lets everybody act with all roles, so " + Setting.BIND.variable()
                                + " must be a loopback address such as 127.0.0.1 then, got '" + text(Setting.BIND)
                                + "'");
                    }
                    yield false;
                }
                default ->
                    throw new SettingException(
                            Setting.AUTH.variable() + " must be auto, token or none, got '" + auth + "'");
            };
        }

        private Set<String> hosts() {
            Set<String> hosts = new TreeSet<>();
            for (String host : text(Setting.HOSTS).toLowerCase(Locale.ROOT).split(",")) {
                if (host.isBlank()) {
                    continue;
                }
                if (!HOST.matcher(host.strip()).matches()) {
                    throw new SettingException(Setting.HOSTS.variable()
                            + " must be names or addresses without ports, separated by commas, got '" + host.strip()
                            + "'");
                }
                hosts.add(host.strip());
            }
            return hosts;
        }

        private Optional<DatabaseAddress> database() {
            String url = text(Setting.DATABASE_URL);
            if (url.isEmpty()) {
                return Optional.empty();
            }
            if (!url.startsWith("jdbc:postgresql:")) {
                // only the beginning: URLs of other kinds often carry the password
                int scheme = url.indexOf("://");
                throw new SettingException(Setting.DATABASE_URL.variable()
                        + " must start with jdbc:postgresql:, such as jdbc:postgresql://host:5432/escapement"
                        + (scheme < 0 ? "" : ", got '" + url.substring(0, scheme) + "://…'"));
            }
            return Optional.of(new DatabaseAddress(url, text(Setting.DATABASE_USER), text(Setting.DATABASE_PASSWORD)));
        }
    }
}
