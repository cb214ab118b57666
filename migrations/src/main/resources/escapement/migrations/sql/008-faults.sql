--liquibase formatted sql

-- Crashes are counted apart from failures. An older node that rescues counts none, so quarantine comes later while it lives.

--changeset escapement:live-crashes
-- how many times in a row the node died while it held the task; an answer of any kind ends the row
alter table escapement.live add column crashes smallint not null default 0;

--changeset escapement:node-clock
-- how far the node's clock is ahead of the database's, as last measured; null: not yet, or by an older version
alter table escapement.node add column clock_ahead_ms bigint;
