--liquibase formatted sql

-- Who may ask for what: tokens and the page's sessions. An older node that still runs knows neither and lets in whom it
-- always let in, this machine alone.

--changeset escapement:token
-- A person or program, its roles, and the hash of its secret; the secret itself is nowhere. Rows are never deleted.
create table escapement.token (
    id             bigint generated always as identity primary key,
    created_at     timestamptz not null default now(),
    expires_at     timestamptz not null,
    last_used_at   timestamptz,
    revoked_at     timestamptz,
    -- while a rotation's grace lasts the secret before is good too
    previous_until timestamptz,
    -- the principal; several tokens of one name are one person
    name           text not null check (name ~ '^[a-z0-9][a-z0-9._@-]{0,63}$'),
    created_by     text not null,
    -- the beginning of the secret, to tell tokens apart by
    prefix         text not null,
    roles          text[] not null check (cardinality(roles) > 0
                                          and roles <@ array['VIEWER', 'OPERATOR', 'ADMIN', 'APPROVER', 'WORKER']),
    groups         text[] not null default '{}',
    secret_hash    bytea not null unique check (length(secret_hash) = 32),
    previous_hash  bytea unique check (length(previous_hash) = 32),
    check ((previous_hash is null) = (previous_until is null))
);

--changeset escapement:session
-- A sign-in on the page. It is good while its token is.
create table escapement.session (
    id_hash    bytea primary key check (length(id_hash) = 32),
    token      bigint not null references escapement.token,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);
-- delete where token = ?: whose token was revoked or rotated
create index session_token on escapement.session (token);
-- delete where expires_at <= now()
create index session_expiry on escapement.session (expires_at);
