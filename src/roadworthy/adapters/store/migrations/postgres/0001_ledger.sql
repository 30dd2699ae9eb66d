-- Records are immutable; the log chains their digests. Both are written in one transaction.
CREATE TABLE records (
    digest      TEXT COLLATE "C" PRIMARY KEY,
    kind        TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C",
    name        TEXT COLLATE "C",
    added       BIGINT NOT NULL,
    body        BYTEA NOT NULL
);
CREATE INDEX records_by_kind ON records (kind, added);
CREATE INDEX records_by_id ON records (kind, id);
CREATE INDEX records_by_name ON records (kind, name, added);

CREATE TABLE envelopes (
    digest      TEXT COLLATE "C" NOT NULL REFERENCES records (digest),
    predicate   TEXT COLLATE "C" NOT NULL,
    envelope    BYTEA NOT NULL,
    PRIMARY KEY (digest, predicate)
);

CREATE TABLE evidence (
    digest      TEXT COLLATE "C" PRIMARY KEY REFERENCES records (digest),
    type        TEXT COLLATE "C" NOT NULL,
    task        TEXT COLLATE "C" NOT NULL,
    observed_at TEXT COLLATE "C" NOT NULL,
    subjects    TEXT COLLATE "C" NOT NULL
);
CREATE INDEX evidence_by_type ON evidence (type, task, observed_at);

CREATE TABLE log (
    seq         BIGINT PRIMARY KEY,
    entry       BYTEA NOT NULL
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER records_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON records
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER envelopes_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON envelopes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
