--liquibase formatted sql

-- Sums over all actions, probes, submits by minute: nodes of this version need them, older ones go on without.

--changeset escapement:version-5
update escapement.schema_version set version = 5;
