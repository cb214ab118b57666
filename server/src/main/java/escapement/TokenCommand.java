package escapement;

import escapement.access.NewToken;
import escapement.access.Origin;
import escapement.access.Principal;
import escapement.access.Role;
import escapement.access.Token;
import escapement.access.Tokens;
import escapement.access.Tokens.Change;
import escapement.access.Tokens.Issued;
import escapement.client.Client;
import escapement.db.Database;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code token}: who may ask a server. Without {@code --url} it is changed on the database, with or without a server; whoever
 * reaches the database may do so, and that is how one gets in again when the last admin token is lost. With {@code --url} a
 * server is asked, by somebody who has an admin token.
 */
final class TokenCommand {
    private static final int PAGE = 200;
    private static final int LONGEST_GRACE_SECONDS = 604_800;

    private TokenCommand() {}

    /** @param command makes a command of a description and what it does */
    static CommandSpec spec(BiFunction<String, Main.Body, CommandSpec> command) {
        CommandSpec create = command.apply("Makes a token and prints its secret, once.", TokenCommand::create);
        argument(create, "NAME", "of the person or program; several tokens of one name are one principal");
        CommandOptions.add(create, "--role", "VIEWER", "roles, separated by commas: " + words(Role.values()));
        CommandOptions.add(create, "--group", "", "groups of approvers it belongs to, separated by commas");
        expiry(create);
        reason(create);

        CommandSpec revoke = command.apply("Ends a token and its sessions, at once.", TokenCommand::revoke);
        argument(revoke, "ID", "of the token");
        reason(revoke);

        CommandSpec rotate = command.apply("Gives a token another secret and prints it, once.", TokenCommand::rotate);
        argument(rotate, "ID", "of the token");
        CommandOptions.add(rotate, "--grace-seconds", "0", "how long the secret before goes on");
        expiry(rotate);
        reason(rotate);

        CommandSpec group = CommandSpec.create().mixinStandardHelpOptions(true);
        group.usageMessage()
                .description(
                        "Makes, lists, rotates and revokes tokens: on the database of these settings, or, with --url,"
                                + " by asking a server with an admin token.");
        group.addSubcommand("create", create);
        CommandSpec list = command.apply("Lists tokens, newest first.", TokenCommand::list);
        group.addSubcommand("list", list);
        group.addSubcommand("rotate", rotate);
        group.addSubcommand("revoke", revoke);
        for (CommandSpec each : List.of(create, list, rotate, revoke)) {
            CommandOptions.add(each, "--url", "", "ask this server instead, and leave the database alone");
            CommandOptions.add(
                    each, "--token-file", "", "with --url: holds the admin token; otherwise ESCAPEMENT_TOKEN does");
        }
        return group;
    }

    /** Whether a server is asked, and what it is asked. */
    private static boolean isForServer(ParseResult command) {
        if (command.hasMatchedOption("--url")) {
            return true;
        }
        if (command.hasMatchedOption("--token-file")) {
            throw new SettingException("--token-file is for a server: give its --url, too");
        }
        return false;
    }

    private static int ask(ParseResult command, Client.TokenWork work) {
        return Client.run(Client.token(work), command, System.getenv());
    }

    private static void argument(CommandSpec command, String label, String description) {
        command.addPositional(PositionalParamSpec.builder()
                .index("0")
                .arity("1")
                .required(true)
                .type(String.class)
                .paramLabel(label)
                .description(description)
                .build());
    }

    private static void expiry(CommandSpec command) {
        CommandOptions.add(
                command,
                "--expires-in-days",
                Integer.toString(NewToken.DEFAULT_DAYS),
                "how long it is good, at most " + NewToken.MOST_DAYS);
    }

    private static void reason(CommandSpec command) {
        CommandOptions.add(command, "--reason", "", "why, for the audit");
    }

    private static int create(Config config, ParseResult command) {
        if (isForServer(command)) {
            return ask(command, Client.TokenWork.CREATE);
        }
        NewToken wanted = new NewToken(
                argument(command),
                words(command, "--role").map(TokenCommand::role).toList(),
                words(command, "--group").toList(),
                lifetime(command));
        return with(config, tokens -> {
            tell(tokens.create(operator(), wanted, reason(command)));
            return Main.ok();
        });
    }

    private static int revoke(Config config, ParseResult command) {
        if (isForServer(command)) {
            return ask(command, Client.TokenWork.REVOKE);
        }
        long id = id(command);
        return with(config, tokens -> switch (tokens.revoke(operator(), id, reason(command))) {
            case Change.Done<Token> done -> {
                System.out.println("Token " + id + " of '" + done.now().name() + "' is revoked.");
                yield Main.ok();
            }
            case Change.Revoked<Token> revoked -> throw revokedBefore(id);
            case Change.Absent<Token> absent -> throw noToken(id);
        });
    }

    private static int rotate(Config config, ParseResult command) {
        if (isForServer(command)) {
            return ask(command, Client.TokenWork.ROTATE);
        }
        long id = id(command);
        Duration grace = Duration.ofSeconds(number(command, "--grace-seconds", 0, LONGEST_GRACE_SECONDS));
        Duration lifetime = lifetime(command);
        return with(config, tokens -> switch (tokens.rotate(operator(), id, lifetime, grace, reason(command))) {
            case Change.Done<Issued> done -> {
                tell(done.now());
                yield Main.ok();
            }
            case Change.Revoked<Issued> revoked -> throw revokedBefore(id);
            case Change.Absent<Issued> absent -> throw noToken(id);
        });
    }

    private static int list(Config config, ParseResult command) {
        if (isForServer(command)) {
            return ask(command, Client.TokenWork.LIST);
        }
        return with(config, tokens -> {
            System.out.printf(
                    "%-6s %-20s %-28s %-12s %-9s %-21s %s%n",
                    "id", "name", "roles", "secret", "status", "expires", "last used");
            long before = Long.MAX_VALUE;
            for (List<Token> page = tokens.list(before, PAGE); !page.isEmpty(); page = tokens.list(before, PAGE)) {
                page.forEach(TokenCommand::printRow);
                before = page.getLast().id();
            }
            return Main.ok();
        });
    }

    private static void printRow(Token token) {
        System.out.printf(
                "%-6d %-20s %-28s %-12s %-9s %-21.19s %s%n",
                token.id(),
                token.name(),
                token.roles().stream().map(Role::name).collect(Collectors.joining(",")),
                token.prefix() + "…",
                token.status(),
                token.expiresAt(),
                token.lastUsedAt() == null ? "never" : token.lastUsedAt());
    }

    /** The secret alone on standard output, so that a script can take it. */
    private static void tell(Issued issued) {
        Token token = issued.token();
        System.err.println("Token " + token.id() + " of '" + token.name() + "' with "
                + token.roles().stream().map(Role::name).collect(Collectors.joining(", ")) + ", until "
                + token.expiresAt() + ". Its secret is shown this once:");
        System.out.println(issued.secret().text());
    }

    private static int with(Config config, Work work) {
        Main.quieten(); // or a script that takes the secret would take what a PostgreSQL says when it starts, too
        try (DatabaseHome home = DatabaseHome.openBeside(config);
                Database database = Database.open(home.address(), "token", 1, Duration.ofSeconds(30))) {
            return work.on(new Tokens(database));
        }
    }

    /** Whoever has the database; the name cannot be that of a token. */
    private static Principal operator() {
        String address;
        try {
            address = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            address = "unknown";
        }
        return new Principal(
                "cli:" + System.getProperty("user.name"),
                EnumSet.of(Role.ADMIN),
                Set.of(),
                false,
                new Origin(address, Origin.Via.CLI));
    }

    private static String argument(ParseResult command) {
        return command.matchedPositionalValue(0, "");
    }

    private static long id(ParseResult command) {
        String id = argument(command);
        if (!id.matches("[1-9][0-9]{0,17}")) {
            throw new SettingException(
                    "ID must be the number of a token, got '" + id + "': see `escapement token list`");
        }
        return Long.parseLong(id);
    }

    private static Duration lifetime(ParseResult command) {
        return Duration.ofDays(number(command, "--expires-in-days", 1, NewToken.MOST_DAYS));
    }

    private static int number(ParseResult command, String option, int min, int max) {
        String value = value(command, option);
        if (!value.matches("[0-9]{1,9}") || Integer.parseInt(value) < min || Integer.parseInt(value) > max) {
            throw new SettingException(
                    option + " must be a whole number from " + min + " to " + max + ", got '" + value + "'");
        }
        return Integer.parseInt(value);
    }

    private static Role role(String word) {
        try {
            return Role.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new SettingException("--role knows " + words(Role.values()) + ", not '" + word + "'");
        }
    }

    private static Stream<String> words(ParseResult command, String option) {
        return Arrays.stream(value(command, option).split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty());
    }

    private static String words(Role... roles) {
        return Arrays.stream(roles).map(Role::name).collect(Collectors.joining(", "));
    }

    private static @Nullable String reason(ParseResult command) {
        String reason = value(command, "--reason");
        return reason.isBlank() ? null : reason.strip();
    }

    private static String value(ParseResult command, String option) {
        return command.commandSpec().findOption(option).getValue();
    }

    private static SettingException noToken(long id) {
        return new SettingException("there is no token " + id + ": see `escapement token list`");
    }

    private static SettingException revokedBefore(long id) {
        return new SettingException("token " + id + " was revoked before: make another with `escapement token create`");
    }

    /** What is done with the tokens of a database. @return the exit code */
    private interface Work {
        int on(Tokens tokens);
    }
}
