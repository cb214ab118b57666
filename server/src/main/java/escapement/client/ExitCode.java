package escapement.client;

/** How a command of the client ended, for scripts. */
final class ExitCode {
    static final int OK = 0;
    /** What was waited for did not end well, or waits for a person. */
    static final int ENDED_BADLY = 1;

    static final int USAGE = 2;
    /** The server understood and said no. */
    static final int REFUSED = 3;
    /** The server cannot be reached or failed, and further tries did not help. */
    static final int UNREACHABLE = 4;
    /** The patience of --timeout is over. */
    static final int TIMED_OUT = 5;

    private ExitCode() {}
}
