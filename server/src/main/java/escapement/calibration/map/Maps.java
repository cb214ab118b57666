package escapement.calibration.map;

import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.access.AuditChange;
import escapement.access.AuditStore;
import escapement.access.Principal;
import escapement.access.Role;
import escapement.calibration.map.MapVersion.Decision;
import escapement.calibration.map.MapVersion.InForce;
import escapement.calibration.map.MapVersion.Kind;
import escapement.calibration.map.MapVersion.Publication;
import escapement.db.Database;
import escapement.json.Json;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fits maps, puts them in force and takes them back. Thread-safe. */
public final class Maps {
    private static final Logger log = LoggerFactory.getLogger(Maps.class);
    private static final int FEW_PUBLICATIONS = 100;
    private static final String EVERYTHING = "all actions";

    private final Database database;
    private final Waiting waiting;
    private final String code;
    private final EvidenceReader evidence = new EvidenceReader();
    private final MapStore store = new MapStore();
    private final AuditStore audit = new AuditStore();

    /** What waits at the gate, about which another map may decide otherwise. */
    public interface Waiting {
        /** First in a transaction that changes what is in force; no other one may until it ends. @return the policy's version then */
        int decideAnew(DSLContext tx, Principal principal, String reason);

        /** After its commit. */
        void decidedAnew();
    }

    /** @param code the version of this program, to be written down with each map */
    public Maps(Database database, Waiting waiting, String code) {
        this.database = database;
        this.waiting = waiting;
        this.code = code;
    }

    /** At most {@code limit} versions below {@code before}, newest first. */
    public List<MapVersion> list(int before, int limit) {
        return store.list(database.jooq(), before, limit);
    }

    public Optional<MapVersion> find(int version) {
        return store.find(database.jooq(), version);
    }

    public List<InForce> inForce() {
        return store.inForce(database.jooq());
    }

    /** @param afterTask and {@code afterId}: only those after this one; 0 for the first */
    public List<Decision> decisions(int version, long afterTask, long afterId, int limit) {
        return store.decisions(database.jooq(), version, afterTask, afterId, limit);
    }

    /** Fits every map anew and keeps those that differ from what is in force; puts none in force. */
    public List<Fit> fit(Principal principal) {
        principal.require(Role.OPERATOR);
        List<Candidate> candidates = candidates();
        return database.inTransaction(tx -> {
            List<Fit> fits = keep(tx, principal, candidates);
            String versions = fits.stream()
                    .map(Fit::version)
                    .filter(Objects::nonNull)
                    .map(Object::toString)
                    .collect(Collectors.joining(", "));
            audit.record(tx, principal, "calibration.fit", versions.isEmpty() ? "none" : versions, null);
            return fits;
        });
    }

    private List<Candidate> candidates() {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        return database.atOneMoment(tx -> {
            List<Candidate> candidates = new ArrayList<>();
            for (Counted counted : evidence.read(tx, today)) {
                Knots live = store.live(tx, counted.action());
                candidates.add(
                        candidates.isEmpty()
                                ? Fitter.ofAll(counted, live)
                                : Fitter.ofAction(counted, candidates.getFirst(), live));
            }
            return candidates;
        });
    }

    /** The map of all is kept too where an action's is: that one is shrunk towards it. */
    private List<Fit> keep(DSLContext tx, Principal principal, List<Candidate> candidates) {
        Map<Short, String> names = store.actionNames(tx);
        boolean anyChanged = candidates.stream().anyMatch(Candidate::isChanged);
        List<Fit> fits = new ArrayList<>();
        for (Candidate candidate : candidates) {
            short action = candidate.counted().action();
            ObjectNode scores = CandidateJson.write(candidate);
            boolean isKept = candidate.isChanged() || (action == 0 && anyChanged);
            Integer version = isKept
                    ? store.add(
                            tx,
                            candidate,
                            action == 0 ? null : fits.getFirst().version(),
                            principal.name(),
                            code,
                            Json.write(scores))
                    : null;
            fits.add(
                    new Fit(action, names.get(action), version, candidate.isChanged(), candidate.isLongStep(), scores));
        }
        return fits;
    }

    /**
     * Fits every map and puts in force what may come into force without a person: no farther than a step from what is, and
     * not where a person took back what was in force. A map that has been in force for half of the time after which it
     * counts as stale is put in force anew though it hardly differs.
     */
    public int fitNightly() {
        List<Candidate> candidates = candidates().stream()
                .map(candidate -> candidate.isLongStep() ? candidate.shortStep() : candidate)
                .toList();
        int published = database.inTransaction(tx -> {
            Map<Short, InForce> inForce = store.byAction(tx);
            List<Candidate> due = candidates.stream()
                    .filter(candidate ->
                            isDue(candidate, inForce.get(candidate.counted().action())))
                    .toList();
            if (due.isEmpty()) {
                return 0;
            }
            String reason = "nightly fit";
            int policy = waiting.decideAnew(tx, Principal.SERVER, "calibration maps changed: " + reason);
            publishAll(tx, due, candidates.getFirst(), reason, policy);
            return due.size();
        });
        if (published > 0) {
            log.info("{} calibration maps came into force", published);
            waiting.decidedAnew();
        }
        return published;
    }

    private static boolean isDue(Candidate candidate, @Nullable InForce inForce) {
        if (inForce == null) {
            return candidate.isChanged();
        }
        return !inForce.isHeld() && (candidate.isChanged() || inForce.isOld());
    }

    private void publishAll(DSLContext tx, List<Candidate> due, Candidate ofAll, String reason, int policy) {
        String by = Principal.SERVER.name();
        int parent = store.add(tx, ofAll, null, by, code, Json.write(CandidateJson.write(ofAll)));
        List<AuditChange> changes = new ArrayList<>();
        for (Candidate candidate : due) {
            short action = candidate.counted().action();
            int version = action == 0
                    ? parent
                    : store.add(tx, candidate, parent, by, code, Json.write(CandidateJson.write(candidate)));
            changes.add(publish(tx, action, version, Principal.SERVER, reason, Kind.NIGHTLY, policy));
        }
        changes.forEach(change -> audit.record(tx, Principal.SERVER, change));
    }

    /** Puts a version in force for whatever it was fitted on. */
    public Change publish(Principal principal, int version, String reason) {
        principal.require(Role.ADMIN);
        return change(tx -> {
            Optional<Short> action = store.scope(tx, version);
            if (action.isEmpty()) {
                return new Change.NoSuch("there is no version '" + version + "' of a calibration map");
            }
            int policy = waiting.decideAnew(tx, principal, "calibration map " + version + " in force: " + reason);
            List<Publication> before = store.publications(tx, action.get(), 1);
            if (!before.isEmpty() && Objects.equals(before.getFirst().version(), version)) {
                return new Change.Refused("version " + version + " is in force already, since "
                        + before.getFirst().at());
            }
            return done(tx, action.get(), version, principal, reason, Kind.PERSON, policy);
        });
    }

    /**
     * Puts in force again what was in force before.
     *
     * @param action whose map; null for that of all
     * @param version a version that has been in force; null for the one before the present one
     */
    public Change rollback(Principal principal, @Nullable String action, @Nullable Integer version, String reason) {
        principal.require(Role.ADMIN);
        return change(tx -> {
            Optional<Short> number = action == null ? Optional.of((short) 0) : store.action(tx, action);
            if (number.isEmpty()) {
                return new Change.NoSuch("no node ever offered the action '" + action + "'");
            }
            int policy = waiting.decideAnew(tx, principal, "calibration map taken back: " + reason);
            List<Publication> past = store.publications(tx, number.get(), FEW_PUBLICATIONS);
            String whose = action == null ? EVERYTHING : "the action '" + action + "'";
            if (past.isEmpty()) {
                return new Change.Refused("no calibration map of " + whose + " has come into force yet");
            }
            Integer now = past.getFirst().version();
            if (version != null) {
                if (version.equals(now)) {
                    return new Change.Refused("version " + version + " is in force already");
                }
                if (past.stream().noneMatch(one -> version.equals(one.version()))) {
                    return new Change.Refused(
                            "version " + version + " was never in force for " + whose + ": publish it instead");
                }
            }
            Integer to = version != null ? version : versionBefore(past, now);
            if (to == null && now == null) {
                return new Change.Refused("no calibration map of " + whose + " is in force, and none was before");
            }
            return done(tx, number.get(), to, principal, reason, Kind.ROLLBACK, policy);
        });
    }

    /** Null where no map was in force: before the first one, or since one was taken back. */
    private static @Nullable Integer versionBefore(List<Publication> past, @Nullable Integer now) {
        for (Publication one : past) { // newest first
            if (!Objects.equals(one.version(), now)) {
                return one.version();
            }
        }
        return null;
    }

    private Change done(
            DSLContext tx,
            short action,
            @Nullable Integer version,
            Principal principal,
            String reason,
            Kind kind,
            int policy) {
        AuditChange change = publish(tx, action, version, principal, reason, kind, policy);
        Publication publication = store.publications(tx, action, 1).getFirst();
        audit.record(tx, principal, change);
        return new Change.Done(publication, policy);
    }

    private AuditChange publish(
            DSLContext tx,
            short action,
            @Nullable Integer version,
            Principal principal,
            String reason,
            Kind kind,
            int policy) {
        List<Publication> before = store.publications(tx, action, 1);
        store.publish(tx, action, version, principal.name(), reason, kind);
        String operation = kind == Kind.ROLLBACK ? "calibration.rollback" : "calibration.publish";
        ObjectNode detail = Json.nodes().objectNode().put("policy_version", policy);
        return AuditChange.done(operation, store.actionNames(tx).getOrDefault(action, EVERYTHING), reason)
                .values(version(before.isEmpty() ? null : before.getFirst().version()), version(version))
                .detail(Json.write(detail));
    }

    private static String version(@Nullable Integer version) {
        return Json.write(Json.nodes().objectNode().put("version", version));
    }

    /** What is refused must leave no trace, a new version of the policy least of all. */
    private Change change(Function<DSLContext, Change> work) {
        try {
            Change change = database.inTransaction(tx -> {
                Change made = work.apply(tx);
                if (!(made instanceof Change.Done)) {
                    throw new NotDone(made);
                }
                return made;
            });
            waiting.decidedAnew();
            return change;
        } catch (NotDone e) {
            return e.change;
        }
    }

    private static final class NotDone extends RuntimeException {
        private final transient Change change;

        private NotDone(Change change) {
            super(null, null, false, false);
            this.change = change;
        }
    }

    /**
     * A map that was fitted.
     *
     * @param isLongStep whether it moves so far that only a person puts it in force
     */
    public record Fit(
            short number,
            @Nullable String action, // null: of all actions
            @Nullable Integer version, // null: it is not worth keeping
            boolean isChanged,
            boolean isLongStep,
            ObjectNode scores) {}

    /** What became of a wish to put another map in force. */
    public sealed interface Change {
        /** @param policy the policy's version then */
        record Done(Publication publication, int policy) implements Change {}

        record NoSuch(String because) implements Change {}

        record Refused(String because) implements Change {}
    }
}
