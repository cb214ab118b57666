package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mode}: how tasks start, for the whole cluster. */
final class ModeCommand {
    private static final String MODE = "/api/v1/mode";
    private static final String BY = "--by";

    private ModeCommand() {}

    static CommandSpec spec() {
        return Options.of("Shows or sets how tasks start: LIVE, DRY_RUN or LOCKED.", ModeCommand::run)
                .argument("MODE", "0..1", "LIVE: as they are. DRY_RUN: all as dry runs. LOCKED: not at all")
                .value(Options.REASON, "TEXT", "why, needed with MODE")
                .value(BY, "NAME", "who you are, where the server has no login")
                .examples(
                        "escapement mode",
                        "escapement mode LOCKED --reason 'refunds go to the wrong people' --by 'Ada Lovelace'");
    }

    private static int run(Call call) {
        if (call.argument(0).isEmpty()) {
            if (call.has(Options.REASON) || call.has(BY)) {
                throw ClientException.usage(
                        "MODE is missing: " + Options.REASON + " and " + BY + " are for setting it");
            }
            return call.answer(call.api().get(MODE), ModeCommand::text);
        }
        if (!call.has(Options.REASON)) {
            throw ClientException.usage(Options.REASON + " is needed to set the mode");
        }
        JsonNode body = call.body(Map.of(Options.REASON, "reason", BY, "by")).put("mode", call.argument(0));
        return call.answer(call.api().put(MODE, body), ModeCommand::text);
    }

    private static String text(JsonNode mode) {
        return Text.fields(mode, "mode", "unlocked_mode", "since", "until", "by", "verified", "reason", "held_back");
    }
}
