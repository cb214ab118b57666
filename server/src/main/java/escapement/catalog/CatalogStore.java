package escapement.catalog;

import static escapement.db.generated.Tables.ACTION;
import static escapement.db.generated.Tables.NODE;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.arrayAgg;
import static org.jooq.impl.DSL.currentOffsetDateTime;

import escapement.action.Action;
import escapement.action.DryRunnable;
import escapement.action.RiskLevel;
import escapement.db.Database;
import escapement.json.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jooq.JSONB;

/** SQL: the catalogue of actions. */
final class CatalogStore {
    private final Database database;

    CatalogStore(Database database) {
        this.database = database;
    }

    /** Records what a node offers; the newest node's word counts. */
    void record(Action action) {
        JSONB schema = JSONB.jsonb(Json.write(action.paramsSchema()));
        var risk = escapement.db.generated.enums.RiskLevel.valueOf(
                action.minimumRisk().name());
        database.jooq()
                .insertInto(ACTION)
                .set(ACTION.NAME, action.name())
                .set(ACTION.DESCRIPTION, action.description())
                .set(ACTION.PARAMS_SCHEMA, schema)
                .set(ACTION.MINIMUM_RISK, risk)
                .set(ACTION.SOFT_FAILURE, action.isSuccessFalseAFailure())
                .set(ACTION.DRY_RUN, action instanceof DryRunnable)
                .onConflict(ACTION.NAME)
                .doUpdate()
                .set(ACTION.DESCRIPTION, action.description())
                .set(ACTION.PARAMS_SCHEMA, schema)
                .set(ACTION.MINIMUM_RISK, risk)
                .set(ACTION.SOFT_FAILURE, action.isSuccessFalseAFailure())
                .set(ACTION.DRY_RUN, action instanceof DryRunnable)
                .execute();
    }

    List<CatalogEntry> list() {
        return database.jooq()
                .select(
                        ACTION.NAME,
                        ACTION.DESCRIPTION,
                        ACTION.PARAMS_SCHEMA,
                        ACTION.MINIMUM_RISK,
                        ACTION.SOFT_FAILURE,
                        ACTION.DRY_RUN,
                        arrayAgg(NODE.NAME).orderBy(NODE.NAME))
                .from(ACTION)
                .leftJoin(NODE)
                .on(ACTION.ID.eq(any(NODE.ACTIONS)))
                .and(NODE.LEASE_UNTIL.gt(currentOffsetDateTime()))
                .groupBy(ACTION.ID)
                .orderBy(ACTION.NAME)
                .fetch(row -> new CatalogEntry(
                        row.value1(),
                        row.value2(),
                        row.value3() == null ? null : row.value3().data(),
                        RiskLevel.valueOf(row.value4().getLiteral()),
                        row.value5(),
                        row.value6(),
                        Arrays.stream(row.value7()).filter(Objects::nonNull).toList()));
    }
}
