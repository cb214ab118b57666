package escapement.calibration.report;

import escapement.calibration.score.Cells;
import escapement.calibration.score.Sums;
import java.util.SortedMap;
import java.util.TreeMap;

/** Sums of cells as they are read, by part. Not thread-safe. */
final class CellsByPart {
    private final SortedMap<String, SortedMap<Integer, Sums>> parts = new TreeMap<>();

    void add(String part, int cell, Sums sums) {
        parts.computeIfAbsent(part, some -> new TreeMap<>()).merge(cell, sums, Sums::plus);
    }

    SortedMap<String, Cells> cells() {
        SortedMap<String, Cells> cells = new TreeMap<>();
        parts.forEach((part, sums) -> cells.put(part, Cells.of(sums.values())));
        return cells;
    }
}
