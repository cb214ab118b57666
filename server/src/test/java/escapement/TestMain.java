package escapement;

import escapement.action.Action;
import escapement.action.ActionContext;
import escapement.action.Actions;
import escapement.action.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** {@code serve} with one action more: what it does can be counted from outside the database. */
public final class TestMain {
    private TestMain() {}

    public static void main(String[] arguments) {
        Path ledger = Path.of(arguments[0]);
        System.exit(ServeCommand.run(
                Config.read(System.getenv(), Map.of()), config -> withLedger(OfferedActions.of(config), ledger)));
    }

    private static Actions withLedger(Actions offered, Path ledger) {
        List<Action> actions = new ArrayList<>(offered.all());
        actions.add(new LedgerAction(ledger));
        actions.addAll(HostileActions.all());
        return new Actions(actions);
    }

    /** Waits {@code milliseconds}, when {@code deaf} whoever interrupts it, and then leaves a line in a file: its side effect. */
    private static final class LedgerAction implements Action {
        private final Path ledger;

        LedgerAction(Path ledger) {
            this.ledger = ledger;
        }

        @Override
        public String name() {
            return "ledger";
        }

        @Override
        public String description() {
            return "Notes its starts and ends in a file.";
        }

        @Override
        public Outcome run(ActionContext context) throws InterruptedException, IOException {
            note("start", context);
            long millis = context.params().path("milliseconds").asLong(0);
            if (context.params().path("deaf").asBoolean()) {
                waitWhateverComes(millis);
            } else {
                new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
            }
            note("end", context);
            return new Outcome.Succeeded(null);
        }

        private static void waitWhateverComes(long millis) {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            while (System.nanoTime() - end < 0) {
                LockSupport.parkNanos(end - System.nanoTime());
            }
        }

        // one write of one line, appended: whole, whoever else writes and whenever we are killed
        private void note(String what, ActionContext context) throws IOException {
            String line = "%s %d %d %d %d%n"
                    .formatted(
                            what,
                            context.taskId(),
                            context.attempt(),
                            ProcessHandle.current().pid(),
                            System.currentTimeMillis());
            Files.writeString(ledger, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
