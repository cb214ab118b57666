package escapement.access;

import org.jspecify.annotations.Nullable;

/** Where the audit chain ends: how many rows it has, the last one and its hash in hex. */
public record AuditHead(long rows, @Nullable Long lastId, String hash) { // no last one while there are no rows
}
