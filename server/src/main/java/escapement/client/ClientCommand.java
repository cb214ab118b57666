package escapement.client;

/** What a command of the client does. @see Call */
@FunctionalInterface
public interface ClientCommand {
    /** @return the exit code, one of {@link ExitCode} */
    int run(Call call);
}
