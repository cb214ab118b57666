--liquibase formatted sql

-- What the live stream tells of tasks besides changes of their status has a place in the journal, too.

--changeset escapement:journal-event
-- null for a change of status; else what happened, and the status is the same before and after. An older node counts it as
-- a change from a status to itself, which adds nothing to how many stand there.
alter table escapement.journal add column event text check (event is null or (from_status = to_status and outcome is null));
