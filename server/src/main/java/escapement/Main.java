package escapement;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import escapement.admin.PortTakenException;
import escapement.client.Client;
import escapement.client.ClientCommand;
import escapement.json.InvalidInputException;
import escapement.migrations.EmbeddedPostgresException;
import escapement.migrations.MigrationException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jooq.exception.DataAccessException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The command line. Every command takes every setting as a flag. */
public final class Main {
    private static final int OK = 0;
    private static final int CANNOT = 1;
    private static final int WRONG_USE = 2;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String[] arguments) {
        CommandSpec root = CommandSpec.create().name("escapement").mixinStandardHelpOptions(true);
        root.usageMessage().description("A durable job server for work that may be risky.");
        root.version("escapement " + Version.current());
        root.addSubcommand(
                "serve",
                command("Runs a node until it is told to stop.", (config, options) -> ServeCommand.run(config)));
        root.addSubcommand(
                "migrate",
                command(
                        "Brings the database to the schema of this version.",
                        (config, options) -> MigrateCommand.run(config)));
        root.addSubcommand(
                "verify",
                command(
                        "Checks the invariants of a database, also of one in use.",
                        (config, options) -> VerifyCommand.run(config)));
        root.addSubcommand(
                "verify-audit",
                command(
                        "Recomputes the audit trail's chain and tells the first row that is not as it was written.",
                        (config, options) -> VerifyAuditCommand.run(config)));
        root.addSubcommand(
                "recount",
                command(
                        "Makes the sums of calibration anew from the attempts that are kept, also beside running nodes.",
                        (config, options) -> RecountCommand.run(config)));
        root.addSubcommand("token", TokenCommand.spec(Main::command));
        CommandSpec bench = command("Measures how fast this version is on this machine.", BenchCommand::run);
        BenchCommand.addOptions(bench);
        root.addSubcommand("bench", bench);
        CommandSpec drill = command(
                "Breaks a cluster of its own under load, and tells what became of the tasks.", DrillCommand::run);
        DrillCommand.addOptions(drill);
        root.addSubcommand("drill", drill);
        CommandSpec demo = command("Fills an empty database with tasks that ended, to look at.", DemoCommand::run);
        DemoCommand.addOptions(demo);
        root.addSubcommand("demo", demo);
        CommandSpec doctor = command(
                "Checks what a server with these settings stands on: database, ports, disk.", DoctorCommand::run);
        DoctorCommand.addOptions(doctor);
        root.addSubcommand("doctor", doctor);
        Client.addTo(root);
        CommandLine line = new CommandLine(root);
        line.setExpandAtFiles(false); // @FILE is for the client's options, which hold JSON and not arguments
        line.setExecutionStrategy(Main::execute);
        line.setParameterExceptionHandler((e, _) -> {
            String name = e.getCommandLine().getCommandSpec().qualifiedName();
            System.err.println("escapement: " + firstLine(e) + ": see '" + name + " --help'");
            return WRONG_USE;
        });
        return line.execute(arguments);
    }

    static CommandSpec command(String description, Body body) {
        CommandSpec command = CommandSpec.wrapWithoutInspection(body).mixinStandardHelpOptions(true);
        command.usageMessage().description(description);
        for (Setting setting : Setting.values()) {
            command.addOption(OptionSpec.builder(setting.flag())
                    .type(String.class)
                    .paramLabel("VALUE")
                    .description(
                            setting.description()
                                    + (setting.otherwise().isEmpty() ? "" : " (" + setting.otherwise() + ")"),
                            "Also " + setting.variable())
                    .build());
        }
        return command;
    }

    private static int execute(ParseResult parsed) {
        Integer help = CommandLine.executeHelpRequest(parsed);
        if (help != null) {
            return help;
        }
        if (!parsed.hasSubcommand()) {
            CommandLine.usage(parsed.commandSpec().commandLine(), System.err);
            return WRONG_USE;
        }
        ParseResult command = parsed.subcommand();
        while (command.hasSubcommand()) {
            command = command.subcommand();
        }
        if (command.commandSpec().userObject() instanceof ClientCommand ofClient) {
            return ask(ofClient, command);
        }
        if (!(command.commandSpec().userObject() instanceof Body)) { // a group, without one of its commands
            CommandLine.usage(command.commandSpec().commandLine(), System.err);
            return WRONG_USE;
        }
        Body body = (Body) command.commandSpec().userObject(); // what command(...) put there
        try {
            return body.run(Config.read(System.getenv(), flags(command)), command);
        } catch (InvalidInputException e) {
            e.faults()
                    .forEach(fault -> System.err.println("escapement: "
                            + fault.path().replace("/", "") + " " + fault.message()
                            + (fault.value() == null ? "" : ", got '" + fault.value() + "'")));
            return CANNOT;
        } catch (SettingException | EmbeddedPostgresException | MigrationException | PortTakenException e) {
            System.err.println("escapement: " + e.getMessage());
            return CANNOT;
        } catch (DataAccessException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            System.err.println("escapement: the database failed meanwhile, try again: " + firstLine(cause));
            return CANNOT;
        }
    }

    private static int ask(ClientCommand command, ParseResult given) {
        try {
            Config.refuseUnknown(System.getenv());
        } catch (SettingException e) {
            System.err.println("escapement: " + e.getMessage());
            return WRONG_USE;
        }
        return Client.run(command, given, System.getenv());
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private static Map<Setting, String> flags(ParseResult command) {
        Map<Setting, String> flags = new EnumMap<>(Setting.class);
        for (Setting setting : List.of(Setting.values())) {
            String value = command.matchedOptionValue(setting.flag(), (String) null);
            if (value != null) {
                flags.put(setting, value);
            }
        }
        return flags;
    }

    /** Lets only warnings through to the console, for commands whose output is to be read. */
    static void quieten() {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    }

    static int ok() {
        return OK;
    }

    static int cannot() {
        return CANNOT;
    }

    /** What a command does with the settings and its own options. @return the exit code */
    interface Body {
        int run(Config config, ParseResult options);
    }
}
