package escapement.client;

import java.io.Console;

/** The person before the screen, if there is one. */
final class Terminal {
    private Terminal() {}

    static boolean isThere() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** Asks; anything but a yes is a no. */
    static boolean agrees(String question) {
        Console console = System.console();
        String answer = console == null ? "" : console.readLine("%s [y/N] ", question);
        return answer != null
                && (answer.strip().equalsIgnoreCase("y") || answer.strip().equalsIgnoreCase("yes"));
    }
}
