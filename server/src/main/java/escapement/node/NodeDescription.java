package escapement.node;

import java.util.Arrays;
import java.util.UUID;

/**
 * What a node tells the cluster about itself.
 *
 * @param name unique for every start of a process: a reused name would make a dead node's tasks look alive
 * @param actions the numbers of the actions it offers
 * @param ownsDataFolder whether it holds the lock of the data folder, which proves earlier owners dead
 * @param webhook whether it can tell operators what happens
 */
public record NodeDescription(
        String name, String version, int maxConcurrent, Short[] actions, boolean ownsDataFolder, boolean webhook) {
    public static String newName(String host) {
        return host + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NodeDescription that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name + " " + version + ", " + maxConcurrent + " at once, actions " + Arrays.toString(actions);
    }
}
