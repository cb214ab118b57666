package escapement;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.db.DatabaseAddress;
import escapement.doctor.DatabaseDoctor;
import escapement.doctor.Finding;
import escapement.doctor.Finding.Level;
import escapement.doctor.MachineDoctor;
import escapement.json.Json;
import escapement.migrations.EmbeddedPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code doctor}: whether a server with these settings stands on good ground. Changes and starts nothing. */
final class DoctorCommand {
    private static final String JSON = "--json";

    private DoctorCommand() {}

    static void addOptions(CommandSpec command) {
        command.addOption(OptionSpec.builder(JSON)
                .type(boolean.class)
                .arity("0")
                .description("print the findings as JSON")
                .build());
    }

    static int run(Config config, ParseResult options) {
        Main.quieten();
        List<Finding> findings = new ArrayList<>(database(config));
        findings.add(MachineDoctor.httpPort(config.bind(), config.port(), Setting.PORT.variable()));
        findings.add(MachineDoctor.disk(config.dataDir(), Setting.DATA_DIR.variable()));
        boolean sound = findings.stream().noneMatch(finding -> finding.level() == Level.FAIL);
        if (options.hasMatchedOption(JSON)) {
            System.out.println(json(findings, sound));
        } else {
            findings.forEach(DoctorCommand::print);
        }
        return sound ? Main.ok() : Main.cannot();
    }

    private static List<Finding> database(Config config) {
        Optional<DatabaseAddress> address = config.database()
                .or(() -> EmbeddedPostgres.ofAnotherServer(config.dataDir())
                        .map(access -> new DatabaseAddress(access.url(), access.user(), access.password())));
        return address.map(DatabaseDoctor::examine)
                .orElseGet(() -> List.of(MachineDoctor.ownDatabaseRests(config.dataDir())));
    }

    private static void print(Finding finding) {
        System.out.printf("%-4s %-12s %s%n", finding.level(), finding.check(), finding.message());
        if (!finding.advice().isEmpty()) {
            System.out.printf("%-17s → %s%n", "", finding.advice());
        }
    }

    private static String json(List<Finding> findings, boolean sound) {
        ObjectNode json = Json.nodes().objectNode().put("sound", sound);
        ArrayNode items = json.putArray("findings");
        findings.forEach(finding -> items.addObject()
                .put("level", finding.level().name())
                .put("check", finding.check())
                .put("message", finding.message())
                .put("advice", finding.advice().isEmpty() ? null : finding.advice()));
        return Json.write(json);
    }
}
