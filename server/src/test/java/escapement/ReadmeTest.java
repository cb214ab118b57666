package escapement;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** README.md says what the code says. */
class ReadmeTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:|#)([^)#]+)");

    @Test
    void the_table_of_settings_is_that_of_the_code() throws IOException {
        String table = Arrays.stream(Setting.values()).map(ReadmeTest::row).collect(Collectors.joining("\n"));

        assertThat(read("README.md")).contains("| --- | --- | --- | --- |\n" + table + "\n\n");
    }

    @Test
    void the_example_of_the_environment_file_names_every_setting() throws IOException {
        List<String> named = read("ops/server.env.example")
                .lines()
                .filter(line -> line.matches("#?ESCAPEMENT_\\w+=.*"))
                .map(line -> line.replaceAll("^#|=.*", ""))
                .toList();

        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Setting.values()).map(Setting::variable).toList());
    }

    @Test
    void every_file_that_the_readme_points_to_is_there() throws IOException {
        List<String> files = LINK.matcher(read("README.md"))
                .results()
                .map((MatchResult link) -> link.group(1))
                .toList();

        assertThat(files)
                .isNotEmpty()
                .allSatisfy(file -> assertThat(ROOT.resolve(file)).exists());
    }

    private static String row(Setting setting) {
        String otherwise = setting.otherwise().isEmpty() ? "" : "`" + setting.otherwise() + "`";
        return "| `%s` | `%s` | %s | %s |"
                .formatted(setting.variable(), setting.flag(), otherwise, setting.description());
    }

    private static String read(String file) throws IOException {
        return Files.readString(ROOT.resolve(file));
    }
}
