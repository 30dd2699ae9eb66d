-- A claim is a name that one record of all may have: of two changes of one number, one is kept.
CREATE TABLE claims (
    claim       TEXT PRIMARY KEY,
    digest      TEXT NOT NULL REFERENCES records (digest)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER claims_are_immutable BEFORE UPDATE ON claims
BEGIN SELECT RAISE(ABORT, 'claims are append-only'); END;
CREATE TRIGGER claims_are_kept BEFORE DELETE ON claims
BEGIN SELECT RAISE(ABORT, 'claims are append-only'); END;
