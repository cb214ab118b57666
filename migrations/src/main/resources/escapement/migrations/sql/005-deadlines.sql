--liquibase formatted sql

-- When a task with a deadline counts as at risk. An older node leaves it alone.

--changeset escapement:deadline-columns
alter table escapement.task add column at_risk_at timestamptz;
alter table escapement.live add column at_risk_at timestamptz;
-- exactly what is late and goes on: where at_risk_at <= now(), so only what is late already is read
create index live_at_risk on escapement.live (at_risk_at, deadline_at) where at_risk_at is not null;
