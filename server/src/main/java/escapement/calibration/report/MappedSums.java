package escapement.calibration.report;

import escapement.calibration.score.Sums;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/** Outcomes by thousandths or tenths of what a map makes of their confidence, added up exactly. Not thread-safe. */
final class MappedSums {
    private final int width; // of a cell, in millionths

    // of each cell: n, s, and with r for the millionths above the cell's edge n r, s r, n r r, none of which outgrows a
    // long below 900 million outcomes
    private final long[] n;
    private final long[] s;
    private final long[] nr;
    private final long[] sr;
    private final long[] nrr;

    /** @param finest by thousandths; otherwise by tenths, the highest of which has 1 too */
    MappedSums(boolean finest) {
        int cells = finest ? 1001 : 10;
        width = finest ? 1000 : 100_000;
        n = new long[cells];
        s = new long[cells];
        nr = new long[cells];
        sr = new long[cells];
        nrr = new long[cells];
    }

    /** @param packed thousandths of stated confidence, as {@code calibration_packed} has them @param sign -1 to take away */
    void add(byte[] packed, int sign, int[] knots) {
        ByteBuffer cells = ByteBuffer.wrap(packed);
        while (cells.hasRemaining()) {
            int micro = cells.getShort();
            add(knots[micro], sign * (long) cells.getInt(), sign * (long) cells.getInt());
        }
    }

    /** @param q6 what the map makes of the confidence, in millionths */
    void add(int q6, long outcomes, long successes) {
        int cell = Math.min(q6 / width, n.length - 1);
        long above = q6 - cell * width;
        n[cell] += outcomes;
        s[cell] += successes;
        nr[cell] += outcomes * above;
        sr[cell] += successes * above;
        nrr[cell] += outcomes * above * above;
    }

    void addTo(CellsByPart found, String part) {
        for (int cell = 0; cell < n.length; cell++) {
            if (n[cell] > 0) {
                found.add(part, cell, sums(cell));
            }
        }
    }

    private Sums sums(int cell) {
        long edge = (long) cell * width;
        BigInteger squares = BigInteger.valueOf(edge * edge)
                .multiply(BigInteger.valueOf(n[cell]))
                .add(BigInteger.valueOf(2 * edge).multiply(BigInteger.valueOf(nr[cell])))
                .add(BigInteger.valueOf(nrr[cell]));
        return new Sums(n[cell], s[cell], edge * n[cell] + nr[cell], squares, edge * s[cell] + sr[cell]);
    }
}
