--liquibase formatted sql

-- The metrics log: a file a day with a line for each attempt, written by one node of the cluster, and the history of other
-- systems that is imported from such files.

--changeset escapement:metrics-log
-- Up to where the journal is in files, and which incarnation writes. Apart from escapement.follower, for this position moves
-- in a transaction of its own after the file is written: no transaction waits for a disk other than the database's.
create table escapement.metrics_log (
    only_row    boolean primary key default true check (only_row),
    xid         xid8 not null default '0',
    seq         bigint not null default 0,
    followed_at timestamptz not null default now(),
    writer      integer
);
insert into escapement.metrics_log default values;

-- The last batch of each folder that counts. A folder that holds more than this says so in its own note, and is cut back.
create table escapement.metrics_log_folder (
    folder uuid primary key,
    batch  bigint not null
);

--changeset escapement:imported-history
-- An attempt that another system made. counted: calibration_delta has had it as the outcome of its task.
create table escapement.imported_attempt (
    source           text not null,
    task_id          text not null,
    attempt          integer not null check (attempt >= 0),
    ended_at         timestamptz not null,
    action           smallint not null,
    risk_level       escapement.risk_level not null,
    confidence_score numeric(7, 6) check (confidence_score between 0 and 1),
    status           text not null,
    ok               boolean not null,
    countable        boolean not null,
    counted          boolean not null default false,
    imported_at      timestamptz not null default now(),
    primary key (source, task_id, attempt),
    check (countable or not counted)
);
