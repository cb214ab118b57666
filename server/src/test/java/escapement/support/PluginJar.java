package escapement.support;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** A plug-in jar, compiled from source. */
public final class PluginJar {
    private PluginJar() {}

    /** Compiles one class into {@code jar}, its service file saying {@code services}. */
    public static Path of(Path jar, String className, String source, String services) {
        try {
            Path work = Files.createTempDirectory("plugin");
            try {
                Path file = work.resolve("source").resolve(className.replace('.', '/') + ".java");
                Files.createDirectories(file.getParent());
                compile(Files.writeString(file, source), work.resolve("classes"));
                pack(work.resolve("classes"), jar, services);
            } finally {
                delete(work);
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void compile(Path source, Path classes) throws IOException {
        Files.createDirectories(classes);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            StringWriter said = new StringWriter();
            boolean compiled = compiler.getTask(
                            said,
                            files,
                            null,
                            List.of(
                                    "-d",
                                    classes.toString(),
                                    "-proc:none",
                                    "-classpath",
                                    System.getProperty("java.class.path")),
                            null,
                            files.getJavaFileObjects(source))
                    .call();
            if (!compiled) {
                throw new IllegalStateException(said.toString());
            }
        }
    }

    private static void pack(Path classes, Path jar, String services) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of("create", "true"));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path inside = zip.getPath("/" + classes.relativize(file));
                Files.createDirectories(inside.getParent());
                Files.copy(file, inside);
            }
            Path service = zip.getPath("/META-INF/services/escapement.action.Action");
            Files.createDirectories(service.getParent());
            Files.writeString(service, services);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
