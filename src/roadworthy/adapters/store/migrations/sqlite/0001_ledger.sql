-- Records are immutable; the log chains their digests. Both are written in one transaction.
CREATE TABLE records (
    digest      TEXT PRIMARY KEY,
    kind        TEXT NOT NULL,
    id          TEXT,
    name        TEXT,
    added       INTEGER NOT NULL,
    body        BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX records_by_kind ON records (kind, added);
CREATE INDEX records_by_id ON records (kind, id);
CREATE INDEX records_by_name ON records (kind, name, added);

CREATE TABLE envelopes (
    digest      TEXT NOT NULL REFERENCES records (digest),
    predicate   TEXT NOT NULL,
    envelope    BLOB NOT NULL,
    PRIMARY KEY (digest, predicate)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
    digest      TEXT PRIMARY KEY REFERENCES records (digest),
    type        TEXT NOT NULL,
    task        TEXT NOT NULL,
    observed_at TEXT NOT NULL,
    subjects    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_by_type ON evidence (type, task, observed_at);

CREATE TABLE log (
    seq         INTEGER PRIMARY KEY,
    entry       BLOB NOT NULL
) STRICT;

CREATE TRIGGER records_are_immutable BEFORE UPDATE ON records
BEGIN SELECT RAISE(ABORT, 'records are immutable'); END;
CREATE TRIGGER records_are_kept BEFORE DELETE ON records
BEGIN SELECT RAISE(ABORT, 'records are kept'); END;
CREATE TRIGGER log_is_immutable BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_is_kept BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER evidence_is_immutable BEFORE UPDATE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
CREATE TRIGGER evidence_is_kept BEFORE DELETE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
CREATE TRIGGER envelopes_is_immutable BEFORE UPDATE ON envelopes
BEGIN SELECT RAISE(ABORT, 'envelopes is append-only'); END;
CREATE TRIGGER envelopes_is_kept BEFORE DELETE ON envelopes
BEGIN SELECT RAISE(ABORT, 'envelopes is append-only'); END;
