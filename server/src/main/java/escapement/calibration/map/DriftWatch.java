package escapement.calibration.map;

import escapement.access.Principal;
import escapement.calibration.map.Cusum.Outcomes;
import escapement.db.Database;
import escapement.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the maps in force still hold, and raises an alarm where one does not: from then on it may lower confidences
 * and not raise them, until another map comes into force. Every look starts anew from the day's sums, so any node may look
 * at any time. Thread-safe.
 */
public final class DriftWatch {
    private static final Logger log = LoggerFactory.getLogger(DriftWatch.class);

    private final Database database;
    private final Maps.Waiting waiting;
    private final DriftStore store = new DriftStore();

    public DriftWatch(Database database, Maps.Waiting waiting) {
        this.database = database;
        this.waiting = waiting;
    }

    public List<Drift> list() {
        return store.list(database.jooq());
    }

    /** How the sums of an action, null for all, came to be; empty when there is no such action. */
    public Optional<DriftSeries> series(@Nullable String action) {
        return database.atOneMoment(tx -> store.scope(tx, action)
                .map(scope -> new DriftSeries(
                        scope.version(),
                        scope.since(),
                        Cusum.of(store.days(tx, scope)).points())));
    }

    public void look() {
        List<Found> found = database.atOneMoment(this::find);
        List<Found> alarms = database.inTransaction(tx -> note(tx, found));
        for (Found alarm : alarms) {
            log.warn(
                    "calibration drift of {}: {} came true than the map in force says, by {} of the outcomes; fit and publish a new map",
                    alarm.action() == 0 ? "all actions" : "action number " + alarm.action(),
                    alarm.alarm().shift() > 0 ? "more" : "less",
                    Math.abs(alarm.alarm().shift()));
        }
        if (!alarms.isEmpty()) {
            waiting.decidedAnew();
        }
    }

    private List<Found> find(DSLContext tx) {
        Map<Short, List<Outcomes>> days = store.days(tx);
        Map<Short, long[][]> bins = store.bins(tx);
        List<Found> found = new ArrayList<>();
        store.publications(tx).forEach((action, publication) -> {
            List<Outcomes> own = days.getOrDefault(action, List.of());
            long[][] mix = bins.getOrDefault(action, new long[2][10]);
            found.add(new Found(
                    action,
                    publication,
                    own.stream().mapToLong(Outcomes::n).sum(),
                    Cusum.of(own),
                    Mix.moved(mix[0], mix[1]).orElse(null)));
        });
        return found;
    }

    /** @return the alarms that are new */
    private List<Found> note(DSLContext tx, List<Found> found) {
        store.lock(tx); // two nodes that look at once would both tell of an alarm
        Map<Short, Long> before = store.alarmed(tx);
        List<Found> alarms = found.stream()
                .filter(one -> one.cusum().alarm().isPresent())
                .filter(one -> !Long.valueOf(one.publication()).equals(before.get(one.action())))
                .toList();
        if (alarms.stream().anyMatch(one -> one.publication() > 0)) {
            waiting.decideAnew(tx, Principal.SERVER, "a calibration map drifts");
        }
        store.forget(tx);
        found.forEach(one -> store.put(tx, one.action(), one.publication(), one.n(), one.cusum(), one.psi()));
        alarms.forEach(alarm -> store.tell(tx, alarm.action(), json(alarm)));
        return alarms;
    }

    private static String json(Found found) {
        return Json.write(Json.nodes()
                .objectNode()
                .put("since", found.alarm().since().toString())
                .put("shift", found.alarm().shift())
                .put("direction", found.alarm().shift() > 0 ? "more" : "less"));
    }

    /** @param publication 0 for none */
    private record Found(
            short action,
            long publication,
            long n,
            Cusum cusum,
            @Nullable Double psi) {
        Cusum.Alarm alarm() {
            return cusum.alarm().orElseThrow();
        }
    }
}
