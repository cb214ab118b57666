--liquibase formatted sql

-- The coarser sums of calibration take a day when it is over. Before, each outcome of today changed them in three more rows
-- of thousandths. Now they have the days before one that housekeeping moves on; later days are in the finer sums alone, which
-- are few rows, and views add both up. Late lines of days before it (verdicts, imports) still change all sums at once, by the
-- triggers, whoever writes. An older node reads the views; its look for drift of all actions reads the table, which lacks a
-- day until it is moved on, an hour at most.

--changeset escapement:calibration-rolled-to
create table escapement.calibration_rolled_to (
    single boolean primary key default true check (single),
    day    date not null
);
-- in the coarser sums are the days before it; a function that says so while a statement is planned, and to whoever reads reports
create function escapement.calibration_rolled_before() returns date language sql stable parallel safe security definer
    set search_path = pg_catalog
    as 'select day from escapement.calibration_rolled_to';

--changeset escapement:calibration-rolling-days splitStatements:false
-- The functions of the triggers anew, made as before but for the days that they leave out, and one for days that are over.
do $do$
declare
    rolled record;
    way record;
    roll text;
    due text := '';
begin
    lock table escapement.calibration_day, escapement.calibration_micro, escapement.calibration_missing in share row exclusive mode;
    -- days that are in the coarser sums already
    insert into escapement.calibration_rolled_to (day)
    select greatest((now() at time zone 'UTC')::date, (select max(day) + 1 from escapement.calibration_day),
                    (select max(period) + 1 from escapement.calibration_micro), (select max(day) + 1 from escapement.calibration_missing));
    for rolled in
        select * from (values
            ('calibration_day', 'calibration_bins_rolled', 'day', 'false', array['n', 's', 'sc', 'scc', 'scs', 'sq', 'sqv'],
             'risk_level, path, bin'),
            ('calibration_micro', 'calibration_thousandths_rolled', 'period', 'c.is_month', array['n', 's', 'sc', 'scc', 'scs'],
             'risk_level, path, micro'),
            ('calibration_missing', 'calibration_missing_rolled', 'day', 'false', array['n'], 'risk_level, bin, fate'))
            r (source, target, day, old, sums, keys)
    loop
        roll := format($sql$
            insert into escapement.%1$I as t (action, is_month, period, %2$s, %3$s)
            select p.action, p.is_month, p.period, %4$s, %5$s
              from (%%s) c
             cross join lateral (values (0::smallint, false, c.%6$I), (0, true, date_trunc('month', c.%6$I::timestamp)::date),
                                        (c.action, true, date_trunc('month', c.%6$I::timestamp)::date)) p (action, is_month, period)
             where (p.is_month or not %7$s) and %%s
             group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
                on conflict (action, is_month, period, %2$s) do update set %8$s$sql$,
            rolled.target, rolled.keys, array_to_string(rolled.sums, ', '),
            (select string_agg('c.' || k, ', ' order by i) from unnest(string_to_array(rolled.keys, ', ')) with ordinality u (k, i)),
            (select string_agg('sum(c.sign * c.' || k || ')', ', ' order by i) from unnest(rolled.sums) with ordinality u (k, i)),
            rolled.day, rolled.old,
            (select string_agg(k || ' = t.' || k || ' + excluded.' || k, ', ' order by i) from unnest(rolled.sums) with ordinality u (k, i)));
        for way in
            select * from (values
                ('insert', 'select 1 as sign, * from added', false),
                ('update', 'select 1 as sign, * from added union all select -1, * from gone', false),
                ('delete', 'select -1 as sign, * from gone', true)) w (event, changed, empties)
        loop
            execute format($sql$
                create or replace function escapement.%1$s_rolls_on_%2$s() returns trigger language plpgsql as $body$
                declare
                    before date := escapement.calibration_rolled_before();
                begin
                    %3$s;
                    %4$s
                    return null;
                end $body$$sql$,
                rolled.source, way.event, format(roll, way.changed, format('(%s or c.%I < before)', rolled.old, rolled.day)),
                case when way.empties then format('delete from escapement.%I where exists (select from gone) and %s;', rolled.target,
                        (select string_agg(k || ' = 0', ' and ' order by i) from unnest(rolled.sums) with ordinality u (k, i))) else '' end);
        end loop;
        due := due || format(roll, format('select 1 as sign, * from escapement.%I', rolled.source),
                             format('not %s and c.%2$I >= before and c.%2$I < up_to', rolled.old, rolled.day)) || ';';
    end loop;
    execute format($sql$
        create function escapement.calibration_roll(before date, up_to date) returns void language plpgsql as $body$
        begin
            %s
        end $body$$sql$, due);
end $do$;

--changeset escapement:calibration-packed splitStatements:false
-- The thousandths of an action's day or month as one value, in their order: each as two bytes of its number and four each of
-- n and s. With a map for each action all thousandths of all actions are read to say what came true of calibrated confidences,
-- which is a million rows for some weeks. Has what the coarser sums have; made anew where thousandths change.
create table escapement.calibration_packed (
    action     smallint not null,
    is_month   boolean not null,
    period     date not null,
    risk_level escapement.risk_level not null,
    path       escapement.gate_path not null,
    cells      bytea not null,
    primary key (action, is_month, period, risk_level, path)
);
do $do$
declare
    way record;
    pack text := $sql$
        insert into escapement.calibration_packed as t (action, is_month, period, risk_level, path, cells)
        select k.action, k.is_month, k.period, k.risk_level, k.path, coalesce(m.cells, '')
          from (select distinct c.action, p.is_month, p.period, c.risk_level, c.path
                  from %s c
                 cross join lateral (values (false, c.period), (true, date_trunc('month', c.period::timestamp)::date)) p (is_month, period)
                 where (p.is_month or not c.is_month) and (c.is_month or c.period < before)) k
         cross join lateral (
               select string_agg(int2send(s.micro) || int4send(s.n) || int4send(s.s), '' order by s.micro) as cells
                 from (select m.micro, sum(m.n)::integer as n, sum(m.s)::integer as s from escapement.calibration_micro m
                        where m.action = k.action and m.risk_level = k.risk_level and m.path = k.path
                          and m.period between k.period and case when k.is_month then k.period + interval '1 month' - interval '1 day' else k.period end
                          and case when m.is_month then k.is_month else m.period < before end
                        group by m.micro having sum(m.n) <> 0 or sum(m.s) <> 0) s) m
         order by 1, 2, 3, 4, 5
            on conflict (action, is_month, period, risk_level, path) do update set cells = excluded.cells$sql$;
begin
    lock table escapement.calibration_micro in share row exclusive mode;
    for way in
        select * from (values
            ('insert', 'new table as added', 'added'),
            ('update', 'old table as gone new table as added', '(select * from added union all select * from gone)'),
            ('delete', 'old table as gone', 'gone')) w (event, tables, changed)
    loop
        execute format($sql$
            create function escapement.calibration_micro_packs_on_%1$s() returns trigger language plpgsql as $body$
            declare
                before date := escapement.calibration_rolled_before();
            begin
                if exists (select from %3$s c where c.is_month or c.period < before) then
                    -- two who change one day would each leave out what the other has not committed
                    perform from escapement.calibration_rolled_to for update;
                    %4$s;
                end if;
                return null;
            end $body$;
            create trigger calibration_micro_packs_on_%1$s after %1$s on escapement.calibration_micro
                referencing %2$s for each statement execute function escapement.calibration_micro_packs_on_%1$s()$sql$,
            way.event, way.tables, way.changed, format(pack, way.changed));
    end loop;
    execute format($sql$
        create function escapement.calibration_pack(since date, before date) returns void language plpgsql as $body$
        begin
            %s;
        end $body$$sql$, format(pack, '(select * from escapement.calibration_micro where period >= since)'));
    perform escapement.calibration_pack('-infinity', escapement.calibration_rolled_before());
end $do$;

--changeset escapement:calibration-roll-days splitStatements:false
-- Moves the day on. Whoever adds to the sums waits: those who hold a row of the first two tables meanwhile, and all others.
create function escapement.calibration_roll_days(up_to date) returns void language plpgsql as $body$
declare
    before date;
begin
    perform from escapement.follower where name = 'calibration' for update;
    perform from escapement.calibration_state for update;
    lock table escapement.calibration_day, escapement.calibration_micro, escapement.calibration_missing in share row exclusive mode;
    before := escapement.calibration_rolled_before();
    if before < up_to then
        perform escapement.calibration_roll(before, up_to);
        perform escapement.calibration_pack(before, up_to);
        update escapement.calibration_rolled_to set day = up_to;
    end if;
end $body$;
