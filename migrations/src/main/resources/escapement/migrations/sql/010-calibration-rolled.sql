--liquibase formatted sql

-- The sums of calibration once more, so coarse that a question about all actions or a long time reads little: action 0 is all
-- actions together, by day (while the sums are kept by the day) and by month; each action by month. Triggers keep them in the
-- transaction that changes the finer sums, whoever does: an older node that still runs and knows nothing of these, a month made
-- of its days, a recount, a person with psql.

--changeset escapement:calibration-rolled
-- Rows of this month change with every outcome, so pages keep room to change them in place.
create table escapement.calibration_bins_rolled (
    action     smallint not null,
    is_month   boolean not null,
    period     date not null,
    risk_level escapement.risk_level not null,
    path       escapement.gate_path not null,
    bin        smallint not null,
    n          bigint not null,
    s          bigint not null,
    sc         bigint not null,
    scc        numeric not null,
    scs        bigint not null,
    sq         bigint not null,
    sqv        numeric not null,
    primary key (action, is_month, period, risk_level, path, bin)
) with (fillfactor = 70);

create table escapement.calibration_thousandths_rolled (
    action     smallint not null,
    is_month   boolean not null,
    period     date not null,
    risk_level escapement.risk_level not null,
    path       escapement.gate_path not null,
    micro      smallint not null,
    n          bigint not null,
    s          bigint not null,
    sc         bigint not null,
    scc        numeric not null,
    scs        bigint not null,
    primary key (action, is_month, period, risk_level, path, micro)
) with (fillfactor = 70);

create table escapement.calibration_missing_rolled (
    action     smallint not null,
    is_month   boolean not null,
    period     date not null,
    risk_level escapement.risk_level not null,
    bin        smallint not null,
    fate       escapement.calibration_fate not null,
    n          bigint not null,
    primary key (action, is_month, period, risk_level, bin, fate)
) with (fillfactor = 70);

--changeset escapement:calibration-rolling splitStatements:false
-- One function for each table and each way to change it: they differ only in where the changed rows come from. Rows that come
-- to nothing go when finer ones are deleted. What was there before is rolled up by the same statement, while nobody changes it.
do $do$
declare
    rolled record;
    way record;
    roll text;
begin
    for rolled in
        select * from (values
            ('calibration_day', 'calibration_bins_rolled', 'day', 'false', array['n', 's', 'sc', 'scc', 'scs', 'sq', 'sqv'],
             'risk_level, path, bin'),
            ('calibration_micro', 'calibration_thousandths_rolled', 'period', 'c.is_month', array['n', 's', 'sc', 'scc', 'scs'],
             'risk_level, path, micro'),
            ('calibration_missing', 'calibration_missing_rolled', 'day', 'false', array['n'], 'risk_level, bin, fate'))
            r (source, target, day, old, sums, keys)
    loop
        execute format('lock table escapement.%I in share row exclusive mode', rolled.source);
        roll := format($sql$
            insert into escapement.%1$I as t (action, is_month, period, %2$s, %3$s)
            select p.action, p.is_month, p.period, %4$s, %5$s
              from (%%s) c
             cross join lateral (values (0::smallint, false, c.%6$I), (0, true, date_trunc('month', c.%6$I::timestamp)::date),
                                        (c.action, true, date_trunc('month', c.%6$I::timestamp)::date)) p (action, is_month, period)
             where p.is_month or not %7$s
             group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
                on conflict (action, is_month, period, %2$s) do update set %8$s$sql$,
            rolled.target, rolled.keys, array_to_string(rolled.sums, ', '),
            (select string_agg('c.' || k, ', ' order by i) from unnest(string_to_array(rolled.keys, ', ')) with ordinality u (k, i)),
            (select string_agg('sum(c.sign * c.' || k || ')', ', ' order by i) from unnest(rolled.sums) with ordinality u (k, i)),
            rolled.day, rolled.old,
            (select string_agg(k || ' = t.' || k || ' + excluded.' || k, ', ' order by i) from unnest(rolled.sums) with ordinality u (k, i)));
        for way in
            select * from (values
                ('insert', 'new table as added', 'select 1 as sign, * from added', false),
                ('update', 'old table as gone new table as added', 'select 1 as sign, * from added union all select -1, * from gone', false),
                ('delete', 'old table as gone', 'select -1 as sign, * from gone', true)) w (event, tables, changed, empties)
        loop
            execute format($sql$
                create function escapement.%1$s_rolls_on_%2$s() returns trigger language plpgsql as $body$
                begin
                    %3$s;
                    %4$s
                    return null;
                end $body$;
                create trigger %1$s_rolls_on_%2$s after %2$s on escapement.%1$I
                    referencing %5$s for each statement execute function escapement.%1$s_rolls_on_%2$s()$sql$,
                rolled.source, way.event, format(roll, way.changed),
                case when way.empties then format('delete from escapement.%I where exists (select from gone) and %s;', rolled.target,
                        (select string_agg(k || ' = 0', ' and ' order by i) from unnest(rolled.sums) with ordinality u (k, i))) else '' end,
                way.tables);
        end loop;
        execute format(roll, format('select 1 as sign, * from escapement.%I', rolled.source));
    end loop;
end $do$;
