package escapement;

import escapement.access.Role;
import escapement.access.Tokens;
import escapement.action.Actions;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code serve}: a node from start to signal. Thread-safe: the signal may come while it starts. */
final class ServeCommand {
    private final Config config;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean stopping;

    // guarded by this
    private @Nullable DatabaseHome database;
    private @Nullable Server server;
    private boolean served;

    private ServeCommand(Config config) {
        this.config = config;
    }

    static int run(Config config) {
        return run(config, OfferedActions::of);
    }

    static int run(Config config, Function<Config, Actions> offered) {
        if (config.textLog()) {
            // the file log must know its folder before the first logger is made, so nothing logs before this line
            System.setProperty(
                    "escapement.logs", config.dataDir().resolve("logs").toString());
        }
        ServeCommand serve = new ServeCommand(config);
        // before anything is started, or who stops a server that still starts finds a PostgreSQL left behind
        Runtime.getRuntime().addShutdownHook(new Thread(serve::stop, "stop"));
        stopWithParent();
        serve.start(offered);
        serve.awaitStop();
        return Main.ok();
    }

    private synchronized void start(Function<Config, Actions> offered) {
        if (stopping) {
            return;
        }
        Actions actions = offered.apply(config);
        DatabaseHome home = DatabaseHome.open(config);
        database = home;
        if (stopping) {
            return;
        }
        Server node = new Server(config, home.address(), actions);
        server = node;
        node.start();
        served = true;
        Optional<Tokens.Issued> first =
                config.admission().login() ? node.tokens().createFirst() : Optional.empty();
        greet(home, node, first);
    }

    private void stop() {
        stopping = true;
        synchronized (this) { // what is being started is stopped when it has started
            close();
            if (served) {
                System.out.println("Stopped. Nothing is lost: what was running has ended or runs again.");
            }
        }
        stopped.countDown();
    }

    private void close() {
        if (server != null) {
            server.close();
        }
        if (database != null) {
            database.close();
        }
    }

    private void greet(DatabaseHome home, Server node, Optional<Tokens.Issued> first) {
        System.out.printf(
                """

                Escapement %s runs until Ctrl-C.
                  node       %s
                  database   %s%s
                  at once    %d tasks
                  login      %s
                %s  try        curl -s%s http://%s:%d/api/v1/tasks -d '{"action_name":"echo","action_params":{"value":"hello"}}'
                  page       http://%s:%d/

                """,
                Version.current(),
                node.nodeName(),
                home.address().shortUrl(),
                home.isEmbedded() ? " (embedded, kept in " + config.dataDir() + ")" : "",
                config.maxConcurrentTasks(),
                login(first),
                config.example()
                        ? "  example    its settings fill what you left open (requests to this machine, four commands): ops/examples/run.sh\n"
                        : "",
                config.admission().login() ? " -H \"Authorization: Bearer $TOKEN\"" : "",
                host(),
                node.port(),
                host(),
                node.port());
    }

    // to the console only: the log is kept, copied and read by many
    private String login(Optional<Tokens.Issued> first) {
        if (!config.admission().login()) {
            return "none: every request from this machine acts as 'local'";
        }
        return first.map(issued -> "by token. The first one, shown this once, with the roles "
                        + issued.token().roles().stream().map(Role::name).collect(Collectors.joining(" and ")) + ":"
                        + "\n             " + issued.secret().text())
                .orElse("by token; make one with `escapement token create`");
    }

    /** As a URL has it: an IPv6 address in brackets, and one to reach instead of "all of them". */
    private String host() {
        if (config.bind().equals("0.0.0.0") || config.bind().equals("::")) {
            return "127.0.0.1";
        }
        return config.bind().contains(":") ? "[" + config.bind() + "]" : config.bind();
    }

    /** Maven hands Ctrl-C on, but dies alone by other signals; its child must not stay behind. */
    private static void stopWithParent() {
        if (Boolean.getBoolean("escapement.exitWithParent")) {
            ProcessHandle.current().parent().ifPresent(parent -> parent.onExit().thenRun(() -> System.exit(Main.ok())));
        }
    }

    private void awaitStop() {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
