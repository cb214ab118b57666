package escapement;

import escapement.action.Actions;
import java.util.concurrent.CountDownLatch;

/** {@code serve}: a node from start to signal. */
final class ServeCommand {
    private ServeCommand() {}

    static int run(Config config) {
        // the file log must know its folder before the first logger is made, so nothing logs before this line
        System.setProperty("escapement.logs", config.dataDir().resolve("logs").toString());
        CountDownLatch stopped = new CountDownLatch(1);
        Actions actions = OfferedActions.of(config);
        DatabaseHome database = DatabaseHome.open(config);
        Server server;
        try {
            server = new Server(config, database.address(), actions);
            server.start();
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            server.close();
                            database.close();
                            System.out.println("Stopped. Nothing is lost: what was running has ended or runs again.");
                            stopped.countDown();
                        },
                        "stop"));
        stopWithParent();
        greet(config, server, database);
        awaitStop(stopped);
        return Main.ok();
    }

    private static void greet(Config config, Server server, DatabaseHome database) {
        System.out.printf(
                """

                Escapement %s runs.
                  page       http://%s:%d/
                  database   %s%s
                  at once    %d tasks
                  login      none: every request from this machine acts as 'local'
                %s  try        curl -s http://%s:%d/api/v1/tasks -d '{"action_name":"echo","action_params":{"value":"hello"}}'
                Ctrl-C stops it.

                """,
                Version.current(),
                config.bind(),
                server.port(),
                database.address().url(),
                database.isEmbedded() ? " (embedded, kept in " + config.dataDir() + ")" : "",
                config.maxConcurrentTasks(),
                config.example()
                        ? "  example    its settings fill what you left open (requests to this machine, four commands): ops/examples/run.sh\n"
                        : "",
                config.bind(),
                server.port());
    }

    /** Maven hands Ctrl-C on, but dies alone by other signals; its child must not stay behind. */
    private static void stopWithParent() {
        if (Boolean.getBoolean("escapement.exitWithParent")) {
            ProcessHandle.current().parent().ifPresent(parent -> parent.onExit().thenRun(() -> System.exit(Main.ok())));
        }
    }

    private static void awaitStop(CountDownLatch stopped) {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
