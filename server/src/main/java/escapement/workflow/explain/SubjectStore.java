package escapement.workflow.explain;

import escapement.task.TaskStatus;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;

/** SQL: the task that is explained. */
final class SubjectStore {
    private static final String SUBJECT = """
            select t.id, coalesce(l.status, e.status)::text, coalesce(l.reason, e.reason), now(),
                   coalesce(l.attempt, e.attempt_count), coalesce(l.uncounted, 0), coalesce(l.max_attempts, t.max_attempts)
              from escapement.task t
              left join escapement.live l on l.id = t.id
              left join escapement.ended e on e.id = t.id
             where t.id = ? and (l.id is not null or e.id is not null)
            """;

    Optional<Subject> find(DSLContext tx, long id) {
        return tx.resultQuery(SUBJECT, id).fetchOptional().map(SubjectStore::subject);
    }

    private static Subject subject(Record row) {
        return new Subject(
                row.get(0, Long.class),
                TaskStatus.valueOf(row.get(1, String.class)),
                row.get(2, String.class),
                row.get(3, OffsetDateTime.class).toInstant(),
                row.get(4, Integer.class),
                row.get(5, Integer.class),
                row.get(6, Integer.class));
    }
}
