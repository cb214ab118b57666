package escapement.webhook;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** SQL: what is to be told, and how far that is. */
public final class DeliveryStore {
    private static final String ADD = """
            insert into escapement.webhook_delivery (event, detail)
            select ?, ?::jsonb where escapement.webhook_wanted()
            """;

    /*
     * The sender's row lets one delivery be under way in the whole cluster, and its time lets another node go on when the
     * one that sends dies. Read first, so that whoever comes second sees what the first has settled.
     */
    private static final String TAKE = """
            with sender as materialized (
                select single from escapement.webhook_sender where busy_until <= now() for update skip locked
            ), next as materialized (
                select id from escapement.webhook_delivery
                 where next_at <= now() and exists (select from sender)
                 order by id limit 1
                   for update skip locked
            ), busy as (
                update escapement.webhook_sender set busy_until = now() + ? * interval '1 ms' where exists (select from next)
            )
            select d.id, d.event, d.at, d.detail::text, d.tries,
                   case when t.id is not null then json_build_object(
                       'id', t.id::text, 'description', t.description, 'action_name', a.name, 'queue', q.name,
                       'workflow_id', coalesce(t.workflow_id, t.id::text), 'priority', t.priority, 'risk_level', t.risk_level,
                       'confidence_score', trim_scale(t.confidence_score), 'created_at', escapement.rfc3339(t.created_at),
                       'created_by', t.created_by, 'deadline_at', escapement.rfc3339(t.deadline_at)) end::text
              from next n
              join escapement.webhook_delivery d on d.id = n.id
              left join escapement.task t on t.id = d.task_id
              left join escapement.action a on a.id = t.action
              left join escapement.queue q on q.id = t.queue
            """;

    private static final String ACCEPTED = """
            with free as (
                update escapement.webhook_sender set busy_until = now()
            )
            delete from escapement.webhook_delivery where id = ?
            """;
    private static final String REFUSED = """
            with free as (
                update escapement.webhook_sender set busy_until = now()
            )
            update escapement.webhook_delivery
               set tries = tries + 1, next_at = now() + ? * interval '1 ms', error = ? where id = ?
            """;
    private static final String AWAY = """
            with pause as (
                update escapement.webhook_sender set busy_until = now() + ? * interval '1 ms'
            )
            update escapement.webhook_delivery set tries = tries + 1, error = ? where id = ?
            """;

    private static final String GIVE_UP = """
            with gone as (
                delete from escapement.webhook_delivery where at < now() - ? * interval '1 ms'
                returning id, event, task_id, tries, error
            ), told as (
                insert into escapement.event (task_id, kind, detail)
                select task_id, 'webhook_given_up', jsonb_build_object('event', event, 'tries', tries, 'error', error)
                  from gone where task_id is not null order by id
            )
            select id, event, coalesce(task_id::text, ''), tries, coalesce(error, 'nobody sent it') from gone order by id
            """;

    /** Has something told that is about no task, if some node has an address for it. */
    public void add(DSLContext tx, String event, String detail) {
        tx.query(ADD, event, detail).execute();
    }

    /** The next that is due, unless another is under way. @param busy for how long nobody else sends */
    Optional<Delivery> take(DSLContext tx, Duration busy) {
        return tx.resultQuery(TAKE, busy.toMillis())
                .fetchOptional(row -> new Delivery(
                        row.get(0, Long.class),
                        row.get(1, String.class),
                        row.get(2, OffsetDateTime.class).toInstant(),
                        row.get(5, String.class),
                        row.get(3, String.class),
                        row.get(4, Integer.class)));
    }

    void accepted(DSLContext tx, Delivery delivery) {
        tx.query(ACCEPTED, delivery.id()).execute();
    }

    /** The receiver did not want this one: later ones may pass it. */
    void refused(DSLContext tx, Delivery delivery, String why, Duration pause) {
        tx.query(REFUSED, pause.toMillis(), why, delivery.id()).execute();
    }

    /** The receiver is not there: nothing is sent for a while. */
    void away(DSLContext tx, Delivery delivery, String why, Duration pause) {
        tx.query(AWAY, pause.toMillis(), why, delivery.id()).execute();
    }

    /** Removes what could not be told for so long. @return what that was */
    List<GivenUp> giveUp(DSLContext tx, Duration age) {
        return tx.resultQuery(GIVE_UP, age.toMillis())
                .fetch(row -> new GivenUp(
                        row.get(0, Long.class),
                        row.get(1, String.class),
                        row.get(2, String.class),
                        row.get(3, Integer.class),
                        row.get(4, String.class)));
    }

    /** @param taskId empty when it is about no task */
    record GivenUp(long id, String event, String taskId, int tries, String error) {}
}
