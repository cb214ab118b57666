package escapement.drill;

import escapement.db.DatabaseAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Nodes on one database, by number from 1; a node that is started again takes its predecessor's place. Thread-safe. */
final class Cluster implements AutoCloseable {
    private final DatabaseAddress database;
    private final Path folder;
    private final Duration lease;
    private final List<NodeProcess> nodes = new CopyOnWriteArrayList<>();
    private final List<NodeProcess> former = new CopyOnWriteArrayList<>();

    /** @param folder for what the nodes print and keep */
    Cluster(DatabaseAddress database, Path folder, Duration lease) {
        this.database = database;
        this.folder = folder;
        this.lease = lease;
    }

    /** Starts {@code count} nodes, and returns when all are ready. */
    void start(int count) throws IOException {
        for (int number = 1; number <= count; number++) {
            nodes.add(process(number));
        }
        for (NodeProcess node : nodes) {
            node.awaitReady();
        }
    }

    private NodeProcess process(int number) throws IOException {
        return new NodeProcess(number, former.size(), folder, database, lease);
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

    @Override
    public void close() {
        nodes.forEach(NodeProcess::close);
    }
}
