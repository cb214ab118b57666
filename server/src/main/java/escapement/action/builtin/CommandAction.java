package escapement.action.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.action.ActionContext;
import escapement.action.DryRunnable;
import escapement.action.Outcome;
import escapement.action.RiskLevel;
import escapement.action.builtin.CommandFile.Command;
import escapement.json.Json;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one program of the command file: no shell, parameters as whole arguments or environment values, an environment of its
 * own, an empty folder that is removed afterwards, and a process group that never outlives the attempt.
 */
public final class CommandAction implements DryRunnable {
    private static final Logger log = LoggerFactory.getLogger(CommandAction.class);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration BUSY = Duration.ofSeconds(1);
    /** Makes the program the leader of a group of its own, so that its children can be ended with it. */
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private final Command command;
    private final Charset encoding;
    private final Semaphore slots;

    CommandAction(Command command) {
        this(command, Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
    }

    /** @param encoding in which the JVM hands arguments over, decided by the locale it was started in */
    CommandAction(Command command, Charset encoding) {
        this.command = command;
        this.encoding = encoding;
        this.slots = new Semaphore(command.maxConcurrent());
    }

    @Override
    public String name() {
        return "command:" + command.id();
    }

    @Override
    public String description() {
        return command.description();
    }

    @Override
    public JsonNode paramsSchema() {
        return command.schema();
    }

    @Override
    public RiskLevel minimumRisk() {
        return command.risk();
    }

    @Override
    public Outcome run(ActionContext context) throws IOException, InterruptedException {
        Outcome refusal = refusal(context.params());
        if (refusal != null) {
            return refusal;
        }
        if (!slots.tryAcquire()) {
            return new Outcome.Snoozed(BUSY);
        }
        Path folder = Files.createTempDirectory("escapement-command-");
        try {
            return run(context, folder);
        } finally {
            delete(folder);
            slots.release();
        }
    }

    /** The program with its arguments, the names in its environment, and how long it may take. */
    @Override
    public Outcome dryRun(ActionContext context) {
        Outcome refusal = refusal(context.params());
        if (refusal != null) {
            return refusal;
        }
        ObjectNode plan = Json.nodes().objectNode();
        ArrayNode argv = plan.putArray("argv");
        argv(context.params()).forEach(argv::add);
        ArrayNode environment = plan.putArray("env");
        new TreeSet<>(environment(context.params(), "").keySet()).forEach(environment::add);
        plan.put("timeout_seconds", command.timeout().toSeconds());
        return new Outcome.DryRun(plan);
    }

    /** Why the program cannot be given these parameters; null when it can. */
    private @Nullable Outcome refusal(JsonNode params) {
        for (String name : command.parameters()) {
            if (!encoding.newEncoder().canEncode(params.path(name).asText())) {
                return new Outcome.Failed( // it would arrive with question marks in their place
                        "the parameter '" + name + "' has characters that " + encoding
                                + " lacks: start the server in a UTF-8 locale, such as LANG=C.UTF-8",
                        false);
            }
        }
        return null;
    }

    private Outcome run(ActionContext context, Path folder) throws IOException, InterruptedException {
        Process process = start(context.params(), folder);
        CappedOutput output = new CappedOutput(process.getInputStream(), command.maxOutput(), context);
        try {
            return await(process, output);
        } finally {
            process.destroyForcibly(); // closes the pipe: a child that escaped the group may hold its other end
        }
    }

    private Outcome await(Process process, CappedOutput output) throws InterruptedException {
        try {
            if (!process.waitFor(command.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                end(process);
                output.text(); // so that what it printed until then is in the log
                return new Outcome.TimedOut(command.timeout());
            }
        } finally {
            end(process);
        }
        String text = output.text();
        int exitCode = process.exitValue();
        if (exitCode != 0) {
            return new Outcome.Failed("exit code " + exitCode + lastLine(text), true);
        }
        return new Outcome.Succeeded(Json.nodes()
                .objectNode()
                .put("exit_code", exitCode)
                .put("output", text)
                .put("truncated", output.isTruncated()));
    }

    private Process start(JsonNode params, Path folder) throws IOException {
        List<String> argv = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            argv.add(SETSID.toString());
        }
        argv.addAll(argv(params));
        ProcessBuilder builder = new ProcessBuilder(argv)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"));
        builder.environment().clear(); // ours holds secrets
        builder.environment().putAll(environment(params, folder.toString()));
        return builder.start();
    }

    private List<String> argv(JsonNode params) {
        return command.argv().stream().map(argument -> filled(argument, params)).toList();
    }

    private Map<String, String> environment(JsonNode params, String home) {
        Map<String, String> environment =
                new HashMap<>(Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "LANG", "C.UTF-8", "HOME", home));
        command.environment().forEach((name, value) -> environment.put(name, filled(value, params)));
        return environment;
    }

    private static String filled(String template, JsonNode params) {
        String name = CommandFile.parameter(template);
        return name == null ? template : params.path(name).asText();
    }

    /** Ends the whole group: politely, then for certain; also what a finished program left behind. */
    private static void end(Process process) throws InterruptedException {
        boolean interrupted =
                Thread.interrupted(); // a program must not outlive its attempt because that was interrupted
        try {
            if (process.isAlive()) {
                signal("TERM", process);
                process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            }
            signal("KILL", process);
            // by its handle: the process itself would close the pipe while its output is still being read
            process.toHandle().destroyForcibly();
            process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void signal(String name, Process process) throws InterruptedException {
        List<ProcessHandle> children = process.descendants().toList();
        if (Files.isExecutable(SETSID)) {
            try {
                new ProcessBuilder("kill", "-" + name, "--", "-" + process.pid())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
            } catch (IOException e) {
                log.warn("cannot signal the process group {}: {}", process.pid(), e.getMessage());
            }
        }
        for (ProcessHandle child : children) {
            if (name.equals("KILL")) {
                child.destroyForcibly();
            } else {
                child.destroy();
            }
        }
    }

    private static String lastLine(String text) {
        String stripped = text.strip();
        return stripped.isEmpty() ? "" : ": " + stripped.substring(stripped.lastIndexOf('\n') + 1);
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            log.warn("the folder {} of a command could not be removed: {}", folder, e.getMessage());
        }
    }
}
