package escapement.secret;

import java.util.Map;
import java.util.Optional;

/**
 * Where a node finds secrets and keys.
 *
 * @param keys empty: sensitive values are not sealed but refused
 */
public record SecretPlaces(SecretSources sources, Optional<KeyFile> keys) {
    /** Nowhere. */
    public static final SecretPlaces NONE =
            new SecretPlaces(new SecretSources(Map.of(), Optional.empty()), Optional.empty());
}
