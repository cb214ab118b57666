package escapement.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import escapement.support.PluginJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginFolderTest {
    @TempDir
    Path folder;

    @Test
    void every_jar_of_the_folder_is_loaded_apart_from_the_others() {
        jar("one.jar", "same.Name", "one", "");
        jar("two.jar", "same.Name", "two", "");

        List<Action> actions = PluginFolder.load(folder);

        assertThat(actions).extracting(Action::name).containsExactly("one", "two");
        assertThat(actions.get(0).getClass()).isNotEqualTo(actions.get(1).getClass());
    }

    @Test
    void other_files_and_folders_are_left_alone() throws IOException {
        Files.writeString(folder.resolve("README.md"), "plug-ins");
        Files.createDirectory(folder.resolve("old"));

        assertThat(PluginFolder.load(folder)).isEmpty();
    }

    @Test
    void a_folder_that_is_not_there_is_said_so() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PluginFolder.load(folder.resolve("none")))
                .withMessageContaining("the plug-in folder " + folder.resolve("none") + " cannot be read");
    }

    @Test
    void a_jar_that_is_no_jar_is_named() throws IOException {
        Path jar = Files.writeString(folder.resolve("broken.jar"), "this is no zip file");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PluginFolder.load(folder))
                .withMessageContaining(jar.toString());
    }

    @Test
    void a_jar_without_a_service_is_named_with_what_it_lacks() {
        Path jar = PluginJar.of(folder.resolve("none.jar"), "some.Name", source("some.Name", "x", ""), "");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PluginFolder.load(folder))
                .withMessage(
                        "the plug-in " + jar
                                + " offers no action: its META-INF/services/escapement.action.Action must name at least one class");
    }

    @Test
    void a_service_that_is_not_in_its_jar_is_named() {
        Path jar = PluginJar.of(folder.resolve("wrong.jar"), "some.Name", source("some.Name", "x", ""), "other.Name");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PluginFolder.load(folder))
                .withMessageContaining("the plug-in " + jar + " cannot be loaded")
                .withMessageContaining("other.Name");
    }

    @Test
    void a_service_that_cannot_be_made_is_named() {
        Path jar =
                jar("sick.jar", "some.Name", "x", "public Name() { throw new IllegalStateException(\"no licence\"); }");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PluginFolder.load(folder))
                .withMessageContaining("the plug-in " + jar + " cannot be loaded")
                .withMessageContaining("some.Name");
    }

    private Path jar(String file, String className, String actionName, String members) {
        return PluginJar.of(folder.resolve(file), className, source(className, actionName, members), className);
    }

    private static String source(String className, String actionName, String members) {
        int dot = className.lastIndexOf('.');
        return """
                package %s;
                public final class %s implements escapement.action.Action {
                    %s
                    @Override public String name() { return "%s"; }
                    @Override public String description() { return "For tests."; }
                    @Override public escapement.action.Outcome run(escapement.action.ActionContext context) {
                        return new escapement.action.Outcome.Succeeded(null);
                    }
                }
                """.formatted(className.substring(0, dot), className.substring(dot + 1), members, actionName);
    }
}
