package escapement.webhook;

import java.util.Set;

/** What became of one try to deliver. */
sealed interface Answer {
    /** Statuses by which a server says that it is not up to it now, whatever is sent. */
    Set<Integer> NOT_NOW = Set.of(408, 429, 502, 503, 504);

    record Accepted() implements Answer {}

    /** The receiver does not want this one. */
    record Refused(String why) implements Answer {}

    /** There is nobody to take any. */
    record Away(String why) implements Answer {}

    static Answer of(int status) {
        if (status >= 200 && status < 300) {
            return new Accepted();
        }
        String why = "HTTP status " + status;
        return NOT_NOW.contains(status) ? new Away(why) : new Refused(why);
    }
}
