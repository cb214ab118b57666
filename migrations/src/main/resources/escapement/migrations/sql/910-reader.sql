--liquibase formatted sql

-- A role for people and programs that only look: it reads the views of the schema report and nothing else. Roles belong to
-- the whole PostgreSQL, so another database may have made it, and the user who migrates may not be allowed to make one.

--changeset escapement:reader splitStatements:false
do $$
declare
    one regclass;
begin
    if not exists (select from pg_roles where rolname = 'escapement_reader') then
        begin
            create role escapement_reader nologin;
        exception
            when insufficient_privilege then
                raise notice 'no role escapement_reader: % may not make one; ops/runbook.md says who may and how', current_user;
            when duplicate_object or unique_violation then
                null; -- made at this moment by the migration of another database
        end;
    end if;
    if exists (select from pg_roles where rolname = 'escapement_reader') then
        grant usage on schema report to escapement_reader;
        -- not on all tables of the schema: others may keep views of their own there
        for one in select c.oid from pg_class c
                    where c.relnamespace = 'report'::regnamespace and c.relkind = 'v' and pg_has_role(current_user, c.relowner, 'USAGE')
        loop
            execute format('grant select on %s to escapement_reader', one);
        end loop;
        -- those that come later
        alter default privileges in schema report grant select on tables to escapement_reader;
    end if;
end $$;
