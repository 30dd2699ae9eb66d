-- A claim is a name that one record of all may have: of two changes of one number, one is kept.
CREATE TABLE claims (
    claim       TEXT COLLATE "C" PRIMARY KEY,
    digest      TEXT COLLATE "C" NOT NULL REFERENCES records (digest)
);

CREATE TRIGGER claims_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON claims
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
