package escapement.queue;

import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Random workflows under random commands do what {@link ReferenceModel} says, over HTTP on a real database. */
class WorkflowPropertyDbTest {
    private static final AtomicInteger tries = new AtomicInteger();
    private static final Verdicts verdicts = new Verdicts();
    private static TestDatabase database;
    private static TestServer server;

    @BeforeContainer
    static void start() {
        database = TestDatabase.create();
        server = TestServer.with().limit(500).actions(verdicts.action()).start(database);
    }

    @AfterContainer
    static void stop() {
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Property(tries = 40, shrinking = ShrinkingMode.BOUNDED)
    void tasks_stand_where_the_model_says_after_every_command(@ForAll("plans") Plan plan) {
        PlanRun run = new PlanRun(server, database, verdicts, tries.incrementAndGet());
        try {
            plan.steps().forEach(run::perform);
        } finally {
            run.abandon();
        }
    }

    @Provide
    Arbitrary<Plan> plans() {
        return Plan.any();
    }
}
