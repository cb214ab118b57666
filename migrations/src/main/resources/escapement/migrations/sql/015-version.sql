--liquibase formatted sql

-- The count of deadlines: nodes of this version need it, older ones go on without.

--changeset escapement:version-6
update escapement.schema_version set version = 6;
