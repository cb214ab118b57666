package escapement.bench;

import escapement.action.Action;
import escapement.action.ActionContext;
import escapement.action.Outcome;
import java.util.concurrent.CountDownLatch;

/** Keeps a slot until it is released, so that a node of one slot claims nothing. For one task. */
final class Hold implements Action {
    static final String NAME = "bench.hold";

    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Runs until the bench lets it go.";
    }

    @Override
    public Outcome run(ActionContext context) throws InterruptedException {
        started.countDown();
        released.await();
        return new Outcome.Succeeded(null);
    }

    void awaitStart() throws InterruptedException {
        started.await();
    }

    void release() {
        released.countDown();
    }
}
