package escapement.calibration.score;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The rising step curve that fits the outcomes best: neighbours that fall, or are equal, are pooled. Compared as whole
 * numbers, so that equal rates are equal.
 */
public final class Isotonic {
    private Isotonic() {}

    public static List<Block> of(Cells cells) {
        Deque<Block> blocks = new ArrayDeque<>();
        for (Sums cell : cells.list()) {
            Block last = new Block(cell.mean(), cell.mean(), cell);
            while (!blocks.isEmpty() && !blocks.getLast().isBelow(last)) {
                last = blocks.removeLast().with(last);
            }
            blocks.addLast(last);
        }
        return List.copyOf(blocks);
    }

    /** The curve at a confidence: straight between blocks, flat outside. */
    public static double at(List<Block> blocks, double confidence) {
        Block before = blocks.getFirst();
        for (Block block : blocks) {
            if (confidence < block.from()) {
                if (before.to() >= block.from() || confidence <= before.to()) {
                    return before.rate();
                }
                double part = (confidence - before.to()) / (block.from() - before.to());
                return before.rate() + part * (block.rate() - before.rate());
            }
            before = block;
        }
        return before.rate();
    }

    /** One step, from the lowest to the highest confidence in it. */
    public record Block(double from, double to, Sums sums) {
        public double rate() {
            return sums.rate();
        }

        private boolean isBelow(Block next) {
            return sums.s() * next.sums.n() < next.sums.s() * sums.n();
        }

        private Block with(Block next) {
            return new Block(from, next.to, sums.plus(next.sums));
        }
    }
}
