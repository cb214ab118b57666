package escapement.queue;

import java.util.Locale;

/** What a hold is for. */
public enum HoldScope {
    EVERYTHING,
    QUEUE,
    ACTION;

    /** As messages, the audit's operations and addresses say it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
