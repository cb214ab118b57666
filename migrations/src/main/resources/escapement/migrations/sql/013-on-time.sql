--liquibase formatted sql

--changeset escapement:on-time-count
-- How many ended tasks met or missed their deadline = both tables together. The follower adds the second to the first now
-- and then, so that no count reads all that ever ended and no end waits for another's row.
create table escapement.on_time_count (
    on_time boolean primary key,
    n       bigint not null
);
create table escapement.on_time_delta (
    on_time boolean not null,
    n       integer not null
);

--changeset escapement:on-time-triggers splitStatements:false
-- by row, for then the condition costs next to nothing where no task has a deadline; triggers, so that older nodes count too
create function escapement.count_on_time() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' and old.on_time is not null then
        insert into escapement.on_time_delta (on_time, n) values (old.on_time, -1);
    end if;
    if tg_op <> 'DELETE' and new.on_time is not null then
        insert into escapement.on_time_delta (on_time, n) values (new.on_time, 1);
    end if;
    return null;
end $$;
create trigger ended_on_time_inserted after insert on escapement.ended
    for each row when (new.on_time is not null) execute function escapement.count_on_time();
create trigger ended_on_time_updated after update of on_time on escapement.ended
    for each row when (old.on_time is distinct from new.on_time) execute function escapement.count_on_time();
create trigger ended_on_time_deleted after delete on escapement.ended
    for each row when (old.on_time is not null) execute function escapement.count_on_time();
-- nothing ends between the triggers and this count: creating them keeps writers out until this commits
insert into escapement.on_time_count (on_time, n)
select o.on_time, (select count(*) from escapement.ended e where e.on_time is not null and e.on_time = o.on_time)
  from (values (true), (false)) o (on_time);
