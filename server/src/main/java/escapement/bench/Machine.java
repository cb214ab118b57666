package escapement.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the machine says about itself; without a {@code /proc} of Linux it says nothing. */
final class Machine {
    private static final Path PROC = Path.of("/proc");
    private static final double TICK_MICROS = 10_000; // USER_HZ is 100 on every Linux

    private Machine() {}

    /** The load average of the last minute. */
    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    static double jvmMicros() {
        return processMicros(ProcessHandle.current().pid(), false);
    }

    /** CPU time of all processes of the server that {@code backend} belongs to; NaN when it runs elsewhere. */
    static double postgresMicros(long backend) {
        List<String> fields = stat(backend);
        if (fields.isEmpty()) {
            return Double.NaN;
        }
        long postmaster = Long.parseLong(fields.get(1));
        return processMicros(postmaster, true)
                + processes()
                        .filter(pid -> isChild(pid, postmaster))
                        .mapToDouble(pid -> processMicros(pid, false))
                        .sum();
    }

    private static boolean isChild(long pid, long parent) {
        List<String> fields = stat(pid);
        return !fields.isEmpty() && Long.parseLong(fields.get(1)) == parent;
    }

    /** @param withDead also that of its children that have ended */
    private static double processMicros(long pid, boolean withDead) {
        List<String> fields = stat(pid);
        double ticks = 0;
        for (int field = 11; field < (withDead ? 15 : 13) && !fields.isEmpty(); field++) {
            ticks += Long.parseLong(fields.get(field));
        }
        return ticks * TICK_MICROS;
    }

    private static Stream<Long> processes() {
        try (Stream<Path> paths = Files.list(PROC)) {
            return paths
                    .map(path -> path.getFileName().toString())
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .map(Long::valueOf)
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The fields of {@code /proc/pid/stat} after the name: state, parent, … */
    private static List<String> stat(long pid) {
        try {
            String line = Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"));
            return List.of(line.substring(line.lastIndexOf(')') + 2).strip().split(" ", -1));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            return List.of(); // it ended while we read
        }
    }
}
