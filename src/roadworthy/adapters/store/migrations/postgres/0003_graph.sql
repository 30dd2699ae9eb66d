-- What the records say of one another. Derived: it can be made again from the records, and `rw log verify` compares.
CREATE TABLE nodes (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        TEXT COLLATE "C" NOT NULL,
    key         TEXT COLLATE "C" NOT NULL,
    label       TEXT COLLATE "C" NOT NULL,
    UNIQUE (key, kind)
);
CREATE INDEX nodes_by_label ON nodes (label) WHERE label <> '';

CREATE TABLE names (
    name        TEXT COLLATE "C" NOT NULL,
    node        BIGINT NOT NULL REFERENCES nodes (id),
    PRIMARY KEY (name, node)
);

CREATE TABLE edges (
    source      BIGINT NOT NULL REFERENCES nodes (id),
    kind        TEXT COLLATE "C" NOT NULL,
    target      BIGINT NOT NULL REFERENCES nodes (id),
    PRIMARY KEY (source, kind, target)
);
CREATE INDEX edges_by_target ON edges (target, kind, source);

-- Records that are older than these tables are not in them yet. Who changes what records say adds a migration that
-- sets `whole` to 0; the graph is then made again when it is next asked.
CREATE TABLE graph_state (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    whole       INTEGER NOT NULL
);
INSERT INTO graph_state (one, whole) SELECT 1, (NOT EXISTS (SELECT 1 FROM records))::int;
