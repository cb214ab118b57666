package escapement.fault;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a fault needs of the machine. Without it the test is skipped, and says so. */
final class Installed {
    private static final Logger log = LoggerFactory.getLogger(Installed.class);

    private Installed() {}

    /** A file that a Debian package brings. */
    static void assume(Path file, String debianPackage) {
        assumeTrue(Files.exists(file), () -> loudly(file + " is missing: apt-get install " + debianPackage));
    }

    /** A file system of its own in memory, so small that it can be filled; only root may make one. */
    static void mount(Path folder, int megabytes) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        int exit = run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder.toString());
        assumeTrue(exit == 0, () -> loudly("a tmpfs cannot be mounted, only root may: mount ended with " + exit));
    }

    static void unmount(Path folder) throws IOException, InterruptedException {
        run("umount", folder.toString());
    }

    /** Runs a program to its end. @return its exit code */
    static int run(String... command) throws IOException, InterruptedException {
        log.debug("{}", Arrays.asList(command));
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private static String loudly(String why) {
        log.warn("SKIPPED: {}", why);
        return why;
    }
}
