package escapement.drill;

import escapement.db.DatabaseAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Nodes on one database, by number from 1; a node that is started again takes its predecessor's place. Thread-safe. */
public final class Cluster implements AutoCloseable {
    private final DatabaseAddress database;
    private final Path folder;
    private final List<String> javaOptions;
    private final Map<String, String> settings;
    private final List<NodeProcess> nodes = new CopyOnWriteArrayList<>();
    private final List<NodeProcess> former = new CopyOnWriteArrayList<>();

    /**
     * @param folder for what the nodes print and keep
     * @param settings of the nodes, by environment variable
     */
    public Cluster(DatabaseAddress database, Path folder, List<String> javaOptions, Map<String, String> settings) {
        this.database = database;
        this.folder = folder;
        this.javaOptions = List.copyOf(javaOptions);
        this.settings = Map.copyOf(settings);
    }

    /** Starts {@code count} nodes, and returns when all are ready. */
    public void start(int count) throws IOException {
        for (int number = 1; number <= count; number++) {
            nodes.add(process(number));
        }
        for (NodeProcess node : nodes) {
            node.awaitReady();
        }
    }

    private NodeProcess process(int number) throws IOException {
        return new NodeProcess(number, former.size(), folder, database, javaOptions, settings);
    }

    int size() {
        return nodes.size();
    }

    NodeProcess node(int number) {
        return nodes.get(number - 1);
    }

    /** Starts one in place of another that has ended. */
    void startAgain(int number) throws IOException {
        NodeProcess next = process(number);
        former.add(nodes.set(number - 1, next));
        next.awaitReady();
    }

    /** Where a client would look for a node, be it alive or not. */
    List<String> addresses() {
        return nodes.stream()
                .map(NodeProcess::address)
                .filter(address -> !address.isEmpty())
                .toList();
    }

    /** The names under which the database knows node {@code number}, its predecessors' included. */
    List<String> names(int number) {
        return Stream.concat(former.stream(), nodes.stream())
                .filter(node -> node.number() == number)
                .map(NodeProcess::name)
                .toList();
    }

    /** Asks all to stop, and returns when they have. */
    public void stop() throws InterruptedException {
        for (NodeProcess node : nodes) {
            node.stop();
        }
    }

    @Override
    public void close() {
        nodes.forEach(NodeProcess::close);
    }
}
