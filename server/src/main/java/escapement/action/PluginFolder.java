package escapement.action;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** Actions from jars in a folder, each jar apart from the others, found by {@link ServiceLoader}. */
public final class PluginFolder {
    private PluginFolder() {}

    /** @throws IllegalArgumentException naming the folder or jar that cannot be used */
    public static List<Action> load(Path folder) {
        List<Action> actions = new ArrayList<>();
        for (Path jar : jars(folder)) {
            List<Action> found = load(
                    jar,
                    new URLClassLoader("plugin " + jar.getFileName(), urls(jar), PluginFolder.class.getClassLoader()));
            if (found.isEmpty()) {
                throw new IllegalArgumentException("the plug-in " + jar + " offers no action: its META-INF/services/"
                        + Action.class.getName() + " must name at least one class");
            }
            actions.addAll(found);
        }
        return actions;
    }

    private static List<Path> jars(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "the plug-in folder " + folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    // never closed: its actions live as long as the server
    private static List<Action> load(Path jar, URLClassLoader loader) {
        try {
            List<Action> actions = new ArrayList<>();
            for (Action action : ServiceLoader.load(Action.class, loader)) {
                if (action.getClass().getClassLoader() == loader) { // the parent's own are not this jar's
                    actions.add(action);
                }
            }
            return actions;
        } catch (ServiceConfigurationError | LinkageError e) {
            throw new IllegalArgumentException("the plug-in " + jar + " cannot be loaded: " + e.getMessage(), e);
        }
    }

    private static URL[] urls(Path jar) {
        try {
            return new URL[] {jar.toUri().toURL()};
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("not a file: " + jar, e);
        }
    }
}
