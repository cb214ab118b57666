--liquibase formatted sql

-- What cleaning up leaves. Both change how the tables are looked after, not what they hold: any node goes on.

--changeset escapement:live-keeps-its-pages
-- After a burst, vacuum gave the empty pages of "live" back, under a lock that nobody can claim or submit beside, and left
-- a table of no pages: a plan made then reads all of it for each task, and the next burst had to make the pages again.
alter table escapement.live set (vacuum_truncate = off);

--changeset escapement:journal-arrays-have-no-statistics
-- Nothing looks for an element of these; to count them analyze read up to 2,000 for each row, every few seconds.
alter table escapement.journal alter column task_ids set statistics 0, alter column attempts set statistics 0;
