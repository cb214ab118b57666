package escapement.client;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A command being described: what it does, takes and is used for. */
final class Options {
    static final String URL = "--url";
    static final String TOKEN_FILE = "--token-file";
    static final String JSON = "--json";
    static final String REASON = "--reason";

    private final CommandSpec spec;

    private Options(CommandSpec spec) {
        this.spec = spec;
    }

    /** A command that asks a server. */
    static Options of(String description, ClientCommand command) {
        Options options = local(description, command);
        options.value(URL, "URL", "the server, also " + Access.URL_VARIABLE + " (" + Access.DEFAULT_URL + ")");
        options.value(
                TOKEN_FILE,
                "FILE",
                "holds the token; otherwise " + Access.TOKEN_VARIABLE + " does. Arguments would show it to others");
        return options.flag(JSON, "print the server's JSON, unchanged");
    }

    /** A command that asks nobody. */
    static Options local(String description, ClientCommand command) {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(command).mixinStandardHelpOptions(true);
        spec.usageMessage()
                .description(description)
                .sortOptions(false)
                .footer(
                        "",
                        "Exit codes: 0 ok, 1 ended badly or waits for a person (with waiting), 2 wrong use,",
                        "3 refused by the server, 4 not reachable or failing after 5 tries, 5 waited long enough.");
        return new Options(spec);
    }

    Options argument(String label, String arity, String description) {
        int index = spec.positionalParameters().size();
        spec.addPositional(PositionalParamSpec.builder()
                .index(Integer.toString(index))
                .arity(arity)
                .required(!arity.startsWith("0"))
                .type(String.class)
                .paramLabel(label)
                .description(description)
                .build());
        return this;
    }

    /** One or more of them, after which there is nothing else. */
    Options arguments(String label, String description) {
        spec.addPositional(PositionalParamSpec.builder()
                .index("0..*")
                .arity("1..*")
                .required(true)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label)
                .description(description)
                .build());
        return this;
    }

    Options value(String name, String label, String description) {
        return value(name, label, description, false);
    }

    Options required(String name, String label, String description) {
        return value(name, label, description, true);
    }

    private Options value(String name, String label, String description, boolean required) {
        spec.addOption(OptionSpec.builder(name)
                .type(String.class)
                .paramLabel(label)
                .required(required)
                .description(description)
                .build());
        return this;
    }

    /** May be given several times. */
    Options values(String name, String label, String description) {
        spec.addOption(OptionSpec.builder(name)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .paramLabel(label)
                .description(description + "; may be repeated")
                .build());
        return this;
    }

    Options flag(String name, String description) {
        spec.addOption(OptionSpec.builder(name)
                .type(boolean.class)
                .arity("0")
                .description(description)
                .build());
        return this;
    }

    Options why() {
        return required(REASON, "TEXT", "why, for people and for the audit");
    }

    /** How it is used, after the options in its help. */
    CommandSpec examples(String... examples) {
        String[] footer = spec.usageMessage().footer();
        String[] all = new String[examples.length + 2 + footer.length];
        all[1] = "Examples:";
        all[0] = "";
        for (int i = 0; i < examples.length; i++) {
            all[i + 2] = "  " + examples[i].replace("%", "%%").replace("@", "@@");
        }
        System.arraycopy(footer, 0, all, examples.length + 2, footer.length);
        spec.usageMessage().footer(all);
        return spec;
    }
}
