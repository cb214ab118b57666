package escapement.secret;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys of this node, and its first one when it may make that itself and needs it. Thread-safe. */
final class Keys {
    private static final Logger log = LoggerFactory.getLogger(Keys.class);

    private final Optional<KeyFile> file;
    private volatile KeyRing ring;

    /** @throws IllegalArgumentException saying what is wrong with the file and what to do */
    Keys(Optional<KeyFile> file) {
        this.file = file;
        this.ring = file.map(KeyFile::read).orElseGet(() -> KeyRing.of(List.of()));
    }

    KeyRing known() {
        return ring;
    }

    /** The keys to seal with; none when this node has none and may not make one. */
    KeyRing forSealing() {
        if (ring.isEmpty() && file.isPresent() && file.get().isOurs()) {
            makeOne(file.get());
        }
        return ring;
    }

    private synchronized void makeOne(KeyFile ours) {
        if (!ring.isEmpty()) {
            return;
        }
        try {
            ours.make();
            ring = ours.read();
            log.info(
                    "made the key file {}: keep a copy apart from the data, without it sealed values are lost",
                    ours.path());
        } catch (IOException | IllegalArgumentException e) {
            log.warn(
                    "no key file can be made, so sensitive values are refused; set ESCAPEMENT_KEY_FILE to a place that can be written: {}",
                    e.toString());
        }
    }
}
