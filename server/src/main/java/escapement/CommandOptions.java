package escapement;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options that commands have beside the settings: words with a default, and what is to be a number among them. */
final class CommandOptions {
    private CommandOptions() {}

    /** @param otherwise what counts when it is not given, told with the description unless empty */
    static void add(CommandSpec command, String name, String otherwise, String description) {
        command.addOption(OptionSpec.builder(name)
                .type(String.class)
                .paramLabel("VALUE")
                .defaultValue(otherwise)
                .description(description + (otherwise.isEmpty() ? "" : " (" + otherwise + ")"))
                .build());
    }

    static String value(ParseResult command, String option) {
        return command.commandSpec().findOption(option).getValue();
    }

    static int number(ParseResult command, String option, int least, int most) {
        return number(option, value(command, option), least, most);
    }

    /** @throws SettingException unless {@code word} is a whole number between these, which are within it */
    static int number(String option, String word, int least, int most) {
        String digits = word.strip();
        if (!digits.matches("[0-9]{1,10}") || Long.parseLong(digits) < least || Long.parseLong(digits) > most) {
            throw new SettingException(
                    "%s must be a whole number from %d to %d, got '%s'".formatted(option, least, most, digits));
        }
        return Integer.parseInt(digits);
    }
}
