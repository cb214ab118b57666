package escapement.client;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** {@code completion}: the script by which a shell completes this command line. */
final class CompletionCommand {
    private CompletionCommand() {}

    static CommandSpec spec() {
        return Options.local(
                        "Prints a script with which a shell completes commands and options.", CompletionCommand::run)
                .argument("SHELL", "1", "bash or zsh")
                .examples(
                        "source <(escapement completion bash)",
                        "escapement completion zsh > ~/.escapement-completion   # source it in ~/.zshrc");
    }

    private static int run(Call call) {
        String shell = call.argument(0);
        if (!shell.equals("bash") && !shell.equals("zsh")) {
            throw ClientException.usage("SHELL must be bash or zsh, got '" + shell + "'");
        }
        // one script serves both: it makes zsh read bash's completions
        CommandLine root = call.given().commandSpec().root().commandLine();
        System.out.print(AutoComplete.bash("escapement", root));
        return ExitCode.OK;
    }
}
