package escapement.page;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server with the page on a database of its own, one for a class, and tabs in which nothing may go wrong. */
@ExtendWith(BrowserNeeded.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PageTest {
    private final List<Tab> tabs = new ArrayList<>();

    protected TestDatabase database;
    protected TestServer server;

    @BeforeAll
    void startServer() {
        database = TestDatabase.create();
        server = start(database);
    }

    /** The server of this class; without more said, one that asks nobody who they are, with nothing in it. */
    protected TestServer start(TestDatabase empty) {
        return TestServer.with().page().start(empty);
    }

    protected final Tab tab(Look look) {
        Tab tab = Tab.of(server, look);
        tabs.add(tab);
        return tab;
    }

    protected final Tab tab() {
        return tab(Look.LIGHT_WIDE);
    }

    /** Another one of the same reader. */
    protected final Tab another(Tab tab) {
        Tab another = tab.another();
        tabs.addFirst(another); // closed before the one whose cookies it shares
        return another;
    }

    @AfterEach
    void nothingWentWrongInAnyTab() {
        List<String> faults =
                tabs.stream().flatMap(tab -> tab.faults().stream()).toList();
        tabs.forEach(Tab::close);
        tabs.clear();
        assertThat(faults).isEmpty();
    }

    @AfterAll
    void stopServer() {
        if (server != null) {
            server.close();
            database.close();
        }
    }
}
