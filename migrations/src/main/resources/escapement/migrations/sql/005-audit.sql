--liquibase formatted sql

-- The audit trail as a chain: each row's hash covers the row and the hash before it, and the last one is kept apart.
-- An older node that still runs goes on inserting rows without a hash, as those from before this migration are without
-- one. Housekeeping vouches for both later, by chained rows (operation audit.adopt) that hold their hashes.

--changeset escapement:audit-chain
alter table escapement.audit
    -- others, infinity among them, cannot be read back as they are and would stop a check
    add check (at between '2000-01-01' and '2200-01-01'),
    add column outcome text not null default 'DONE' check (outcome in ('DONE', 'REFUSED')),
    -- from where it was asked for; null for the server itself, and in rows of older nodes
    add column origin_address text,
    add column origin_via text check (origin_via in ('api', 'page', 'cli')),
    add column old_value jsonb,
    add column new_value jsonb,
    -- SHA-256 of the row before in the chain, and of this row with that; null in rows that are not chained
    add column previous_hash bytea,
    add column hash bytea;
-- where hash is null order by id: the few that are not chained
create index audit_unchained on escapement.audit (id) where hash is null;
-- where operation = any order by id desc: the adoptions, and what people filter by
create index audit_operation on escapement.audit (operation, id);
-- where target = any order by id desc: what was done to one thing
create index audit_target on escapement.audit (target, id);

-- One row, locked by whoever adds to the chain: how many rows are chained, the last of them and its hash.
create table escapement.audit_head (
    single  boolean primary key default true check (single),
    n       bigint not null default 0 check (n >= 0),
    last_id bigint,
    hash    bytea not null default decode(repeat('00', 32), 'hex')
);
insert into escapement.audit_head default values;
