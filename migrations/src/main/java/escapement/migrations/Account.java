package escapement.migrations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The user that PostgreSQL runs as: ourselves, unless we are root, whom it refuses.
 *
 * @param prefix the command that changes the user, empty for ourselves
 * @param uid the owner that its files must have
 */
record Account(List<String> prefix, int uid) {
    private static final int ROOT = 0;
    private static final int NOBODY = 65534;

    Account {
        prefix = List.copyOf(prefix);
    }

    /** The accounts to try, the best first, for a folder that may not exist yet. */
    static List<Account> thatMayUse(Path folder) throws IOException {
        int self = ownUid();
        if (self != ROOT) {
            return List.of(new Account(List.of(), self));
        }
        // In a user namespace of its own, root's files stay root's, and yet the program sees itself as nobody.
        Account unshared = new Account(List.of("unshare", "-U"), ROOT);
        if (!Files.exists(folder)) {
            return List.of(unshared, switchedTo(NOBODY));
        }
        int owner = ownerOf(folder);
        return List.of(owner == ROOT ? unshared : switchedTo(owner));
    }

    private static Account switchedTo(int uid) {
        return new Account(List.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups"), uid);
    }

    /** Makes this account the owner of a file or folder that we have just made. */
    void own(Path path) throws IOException {
        if (ownerOf(path) != uid) {
            Files.setAttribute(path, "unix:uid", uid);
        }
    }

    static int ownUid() throws IOException {
        Path file = Files.createTempFile("escapement-uid", null);
        try {
            return ownerOf(file);
        } finally {
            Files.delete(file);
        }
    }

    static int ownerOf(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:uid");
    }

    @Override
    public String toString() {
        return prefix.isEmpty() ? "ourselves" : String.join(" ", prefix);
    }
}
