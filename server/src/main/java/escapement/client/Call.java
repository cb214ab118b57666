package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.ParseResult;

/** One use of a command: what was given, and the server that is asked. */
final class Call {
    private final ParseResult given;
    private final Api api;

    private Call(ParseResult given, Api api) {
        this.given = given;
        this.api = api;
    }

    static Call of(ParseResult given, Map<String, String> environment) {
        Access access = Access.of(environment, text(given, Options.URL), text(given, Options.TOKEN_FILE));
        return new Call(given, new Api(access));
    }

    Api api() {
        return api;
    }

    ParseResult given() {
        return given;
    }

    /** The argument at this place; empty when it was not given. */
    String argument(int index) {
        return given.matchedPositionalValue(index, "");
    }

    /** All arguments, where there may be several. */
    List<String> arguments() {
        return given.matchedPositionalValue(0, List.of());
    }

    /** The argument, as a part of a path. */
    String id() {
        return Api.segment(argument(0));
    }

    boolean has(String option) {
        return given.hasMatchedOption(option);
    }

    /** Empty when it was not given. */
    String text(String option) {
        return text(given, option);
    }

    private static String text(ParseResult given, String option) {
        String value = given.matchedOptionValue(option, "");
        return value.strip();
    }

    List<String> texts(String option) {
        return given.matchedOptionValue(option, List.of());
    }

    boolean wantsJson() {
        return has(Options.JSON);
    }

    /** A body of the options that were given, by their fields. */
    ObjectNode body(Map<String, String> fieldsByOption) {
        ObjectNode body = Json.nodes().objectNode();
        fieldsByOption.forEach((option, field) -> {
            if (has(option)) {
                body.put(field, text(option));
            }
        });
        return body;
    }

    /** Prints an answer: unchanged, or as text. @return the exit code of what went well */
    int answer(Reply reply, Function<JsonNode, String> text) {
        say(wantsJson() ? reply.body() : text.apply(reply.json()));
        return ExitCode.OK;
    }

    static void say(String text) {
        System.out.println(text);
    }
}
