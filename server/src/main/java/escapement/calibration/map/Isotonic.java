package escapement.calibration.map;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The best of all maps that only rise, by pooling neighbours that would fall; exact, on whole numbers. For comparison only. */
public record Isotonic(List<Block> blocks) {
    /** Confidences in millionths, and what came of them. */
    public record Block(long from, long to, long n, long successes) {
        public double value() {
            return (double) successes / n;
        }

        private boolean isAtLeast(Block next) {
            // of products up to 1e14 each: beyond what a long holds only from some billion outcomes on
            return product(successes, next.n).compareTo(product(next.successes, n)) >= 0;
        }

        private static BigInteger product(long one, long other) {
            return BigInteger.valueOf(one).multiply(BigInteger.valueOf(other));
        }

        private Block with(Block next) {
            return new Block(from, next.to, n + next.n, successes + next.successes);
        }
    }

    public Isotonic {
        blocks = List.copyOf(blocks);
    }

    /** @param points one for each distinct confidence */
    public static Isotonic of(List<Block> points) {
        List<Block> blocks = new ArrayList<>();
        for (Block point :
                points.stream().sorted(Comparator.comparingLong(Block::from)).toList()) {
            Block last = point;
            while (!blocks.isEmpty() && blocks.getLast().isAtLeast(last)) {
                last = blocks.removeLast().with(last);
            }
            blocks.add(last);
        }
        return new Isotonic(blocks);
    }

    /** Between the ends of two blocks on a straight line, flat outside of all. */
    public double value(double confidence) {
        double at = confidence * 1e6;
        Block before = blocks.getFirst();
        for (Block block : blocks) {
            if (at < block.from()) {
                double share = Math.max(0, at - before.to()) / Math.max(1, block.from() - before.to());
                return before == block ? block.value() : before.value() + share * (block.value() - before.value());
            }
            if (at <= block.to()) {
                return block.value();
            }
            before = block;
        }
        return before.value();
    }
}
