package escapement.client;

import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The commands that ask a running server. */
public final class Client {
    private Client() {}

    public static void addTo(CommandSpec root) {
        root.addSubcommand("submit", SubmitCommand.spec());
        root.addSubcommand("list", TaskCommands.list());
        root.addSubcommand("show", ShowCommand.spec());
        root.addSubcommand("wait", WaitCommand.spec());
        root.addSubcommand("cancel", TaskCommands.cancel());
        root.addSubcommand("retry", TaskCommands.retry());
        root.addSubcommand("approvals", ApprovalCommands.list());
        root.addSubcommand("approve", ApprovalCommands.approve());
        root.addSubcommand("reject", ApprovalCommands.reject());
        root.addSubcommand("holds", HoldCommands.list());
        root.addSubcommand("hold", HoldCommands.hold());
        root.addSubcommand("release", HoldCommands.release());
        root.addSubcommand("mode", ModeCommand.spec());
        root.addSubcommand("policy", PolicyCommands.spec());
        root.addSubcommand("report", ReportCommand.spec());
        root.addSubcommand("metrics-log", MetricsLogCommands.spec());
        root.addSubcommand("selftest", SelfTestCommand.spec());
        root.addSubcommand("export", StateCommands.export());
        root.addSubcommand("import", StateCommands.take());
        root.addSubcommand("completion", CompletionCommand.spec());
    }

    /** Carries one of them out and says what went wrong. @return the exit code */
    public static int run(ClientCommand command, ParseResult given, Map<String, String> environment) {
        try {
            return command.run(Call.of(given, environment));
        } catch (RefusedException e) {
            if (given.hasMatchedOption(Options.JSON)) {
                Call.say(e.reply().body());
            }
            return complain(e);
        } catch (ClientException e) {
            return complain(e);
        }
    }

    /** The commands of {@code token}, asked of a server. */
    public static ClientCommand token(TokenWork work) {
        return switch (work) {
            case CREATE -> TokenCommands::create;
            case LIST -> TokenCommands::list;
            case ROTATE -> TokenCommands::rotate;
            case REVOKE -> TokenCommands::revoke;
        };
    }

    /** What can be done with tokens. */
    public enum TokenWork {
        CREATE,
        LIST,
        ROTATE,
        REVOKE
    }

    private static int complain(ClientException e) {
        System.err.println("escapement: " + e.getMessage());
        e.details().forEach(System.err::println);
        return e.exitCode();
    }
}
