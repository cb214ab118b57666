package escapement.calibration.map;

import escapement.calibration.map.MapVersion.Decision;
import escapement.calibration.map.MapVersion.InForce;
import escapement.calibration.map.MapVersion.Kind;
import escapement.calibration.map.MapVersion.Publication;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** SQL: maps, and which of them came into force when. */
final class MapStore {
    private static final String INSERT = """
            insert into escapement.calibration_map (action, parent, created_by, code, method, parameters, covariance, knots, lower80, from_day, to_day,
                                                    n, s, half_life_days, inputs_hash, knots_hash, scores)
            values (?, ?, ?, ?, ?, ?::double precision[], ?::double precision[], ?::integer[], ?::integer[], ?::date, ?::date, ?, ?, ?, ?, ?, ?::jsonb)
            returning version
            """;
    private static final String SAME = """
            select version from escapement.calibration_map where action = ? and inputs_hash = ? and knots_hash = ? order by version desc limit 1
            """;
    private static final String MAPS = """
            select m.version, a.name, m.parent, m.created_at, m.created_by, m.code, m.method, m.parameters, m.covariance, m.knots, m.lower80, m.from_day, m.to_day,
                   m.n, m.s, m.half_life_days, m.inputs_hash, m.knots_hash, m.scores::text,
                   m.version is not distinct from (select p.version from escapement.calibration_publication p
                                                    where p.action = m.action order by p.at desc, p.id desc limit 1)
              from escapement.calibration_map m
              left join escapement.action a on a.id = m.action
            """;
    private static final String LIST = MAPS + " where m.version < ? order by m.version desc limit ?";
    private static final String ONE = MAPS + " where m.version = ?";
    private static final String SCOPE = "select action from escapement.calibration_map where version = ?";
    private static final String PUBLICATION = """
            p.id, p.at, a.name, p.version, p.principal, p.reason, p.kind
              from escapement.calibration_publication p left join escapement.action a on a.id = p.action
            """;
    private static final String IN_FORCE = """
            select f.*, f.version is not null and coalesce(i.is_stale, false), f.at < now() - interval '15 days'
              from (select distinct on (p.action) p.action, %s order by p.action, p.at desc, p.id desc) f
              left join lateral escapement.map_in_force(f.action) i on true
             order by f.action
            """.formatted(PUBLICATION);
    private static final String PUBLICATIONS =
            "select " + PUBLICATION + " where p.action = ? order by p.at desc, p.id desc limit ?";
    // statements of one transaction share now(), and what comes into force last is to count
    private static final String PUBLISH = """
            insert into escapement.calibration_publication (at, action, version, principal, reason, kind)
            values (clock_timestamp(), ?, ?, ?, ?, ?) returning id
            """;
    private static final String LIVE = """
            select m.version, m.knots, m.lower80
              from escapement.map_in_force(?::smallint) f join escapement.calibration_map m on m.version = f.version
            """;
    private static final String DECISIONS = """
            select task_id, id, at, attempt, confidence_score, calibrated, calibrated_lower, map_stale, statistic::text, value, threshold,
                   decision::text, code, policy_version
              from escapement.gate_decision
             where map_version = ? and (task_id, id) > (?, ?) order by task_id, id limit ?
            """;
    private static final String ACTION_NAMES = "select id, name from escapement.action";
    private static final String ACTION = "select id from escapement.action where name = ?";

    /** @return the version of the same map where there is one, else of a new one */
    int add(
            DSLContext tx,
            Candidate candidate,
            @Nullable Integer parent,
            String principal,
            String code,
            String scores) {
        Counted counted = candidate.counted();
        String knotsHash = hash(candidate.knots());
        Optional<Integer> same = tx.resultQuery(SAME, counted.action(), candidate.inputsHash(), knotsHash)
                .fetchOptional(row -> row.get(0, Integer.class));
        if (same.isPresent()) {
            return same.get();
        }
        BetaMap map = candidate.map();
        return tx.resultQuery(
                        INSERT,
                        counted.action(),
                        parent,
                        principal,
                        code,
                        "nested MAP beta",
                        new Double[] {map.a(), map.b(), map.c()},
                        map.covariance().toArray(Double[]::new),
                        candidate.knots().values().toArray(Integer[]::new),
                        candidate.knots().lower80().toArray(Integer[]::new),
                        counted.from(),
                        counted.to(),
                        counted.n(),
                        counted.successes(),
                        EvidenceReader.HALF_LIFE_DAYS,
                        candidate.inputsHash(),
                        knotsHash,
                        JSONB.valueOf(scores))
                .fetchSingle(row -> row.get(0, Integer.class));
    }

    static String hash(Knots knots) {
        return Counted.sha256(knots.values() + "\n" + knots.lower80());
    }

    /** Newest first. */
    List<MapVersion> list(DSLContext tx, int before, int limit) {
        return tx.resultQuery(LIST, before, limit).fetch(MapStore::map);
    }

    Optional<MapVersion> find(DSLContext tx, int version) {
        return tx.resultQuery(ONE, version).fetchOptional(MapStore::map);
    }

    /** The number of the action that a map is of, 0 for all. */
    Optional<Short> scope(DSLContext tx, int version) {
        return tx.resultQuery(SCOPE, version).fetchOptional(row -> row.get(0, Short.class));
    }

    Optional<Short> action(DSLContext tx, String name) {
        return tx.resultQuery(ACTION, name).fetchOptional(row -> row.get(0, Short.class));
    }

    /** By action, that of all first. */
    List<InForce> inForce(DSLContext tx) {
        return tx.resultQuery(IN_FORCE).fetch(MapStore::inForce);
    }

    /** The same by the number of the action, 0 for all. */
    Map<Short, InForce> byAction(DSLContext tx) {
        Map<Short, InForce> byAction = new HashMap<>();
        tx.resultQuery(IN_FORCE).forEach(row -> byAction.put(row.get(0, Short.class), inForce(row)));
        return byAction;
    }

    private static InForce inForce(Record row) {
        Publication publication = publication(row, 1);
        return new InForce(
                publication, row.get(8, Boolean.class), row.get(9, Boolean.class), publication.kind() == Kind.ROLLBACK);
    }

    Map<Short, String> actionNames(DSLContext tx) {
        return tx.resultQuery(ACTION_NAMES).fetchMap(row -> row.get(0, Short.class), row -> row.get(1, String.class));
    }

    /** Newest first. @param action its number, 0 for all */
    List<Publication> publications(DSLContext tx, short action, int limit) {
        return tx.resultQuery(PUBLICATIONS, action, limit).fetch(row -> publication(row, 0));
    }

    void publish(DSLContext tx, short action, @Nullable Integer version, String principal, String reason, Kind kind) {
        tx.resultQuery(PUBLISH, action, version, principal, reason, kind.name()).fetch();
    }

    /** What the gate looks a confidence of the action up in; without a map, itself. */
    Knots live(DSLContext tx, short action) {
        return tx.resultQuery(LIVE, action).fetchOptional(row -> knots(row, 1)).orElse(Knots.IDENTITY);
    }

    /** Decisions after one, by task. */
    List<Decision> decisions(DSLContext tx, int version, long afterTask, long afterId, int limit) {
        return tx.resultQuery(DECISIONS, version, afterTask, afterId, limit)
                .fetch(row -> new Decision(
                        row.get(0, Long.class),
                        row.get(1, Long.class),
                        row.get(2, OffsetDateTime.class).toInstant(),
                        row.get(3, Integer.class),
                        row.get(4, BigDecimal.class),
                        row.get(5, BigDecimal.class),
                        row.get(6, BigDecimal.class),
                        row.get(7, Boolean.class),
                        row.get(8, String.class),
                        row.get(9, BigDecimal.class),
                        row.get(10, BigDecimal.class),
                        row.get(11, String.class),
                        row.get(12, String.class),
                        row.get(13, Integer.class)));
    }

    private static Publication publication(Record row, int from) {
        return new Publication(
                row.get(from, Long.class),
                row.get(from + 1, OffsetDateTime.class).toInstant(),
                row.get(from + 2, String.class),
                row.get(from + 3, Integer.class),
                row.get(from + 4, String.class),
                row.get(from + 5, String.class),
                Kind.valueOf(row.get(from + 6, String.class)));
    }

    private static MapVersion map(Record row) {
        return new MapVersion(
                row.get(0, Integer.class),
                row.get(1, String.class),
                row.get(2, Integer.class),
                row.get(3, OffsetDateTime.class).toInstant(),
                row.get(4, String.class),
                row.get(5, String.class),
                row.get(6, String.class),
                Arrays.asList(row.get(7, Double[].class)),
                Arrays.asList(row.get(8, Double[].class)),
                knots(row, 9),
                row.get(11, LocalDate.class),
                row.get(12, LocalDate.class),
                row.get(13, Long.class),
                row.get(14, Long.class),
                row.get(15, Integer.class),
                row.get(16, String.class),
                row.get(17, String.class),
                row.get(18, String.class),
                row.get(19, Boolean.class));
    }

    private static Knots knots(Record row, int from) {
        return new Knots(
                Arrays.asList(row.get(from, Integer[].class)), Arrays.asList(row.get(from + 1, Integer[].class)));
    }
}
