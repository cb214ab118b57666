package escapement.client;

import picocli.CommandLine.Model.CommandSpec;

/** {@code wait}: until a task or a workflow can go no further without a person. */
final class WaitCommand {
    private static final String WORKFLOW = "--workflow";

    private WaitCommand() {}

    static CommandSpec spec() {
        return Options.of(
                        "Waits until nothing of a task, or of a workflow, can happen without a person.",
                        WaitCommand::run)
                .argument("ID", "1", "of the task")
                .flag(WORKFLOW, "ID is that of a workflow; it ends well when no task of it FAILED or was CANCELLED")
                .value(Patience.OPTION, "SECONDS", "how long at most; for ever otherwise")
                .examples(
                        "escapement wait 357341279028200 --timeout 60 && echo it is done",
                        "escapement wait --workflow 357341279028200");
    }

    private static int run(Call call) {
        Waiter waiter = new Waiter(call, Patience.of(call));
        return call.has(WORKFLOW) ? waiter.workflow(call.argument(0)) : waiter.task(call.argument(0));
    }
}
