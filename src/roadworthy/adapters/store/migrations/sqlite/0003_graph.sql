-- What the records say of one another. Derived: it can be made again from the records, and `rw log verify` compares.
CREATE TABLE nodes (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,
    key         TEXT NOT NULL,
    label       TEXT NOT NULL,
    UNIQUE (key, kind)
) STRICT;
CREATE INDEX nodes_by_label ON nodes (label) WHERE label <> '';

CREATE TABLE names (
    name        TEXT NOT NULL,
    node        INTEGER NOT NULL REFERENCES nodes (id),
    PRIMARY KEY (name, node)
) STRICT, WITHOUT ROWID;

CREATE TABLE edges (
    source      INTEGER NOT NULL REFERENCES nodes (id),
    kind        TEXT NOT NULL,
    target      INTEGER NOT NULL REFERENCES nodes (id),
    PRIMARY KEY (source, kind, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX edges_by_target ON edges (target, kind, source);

-- Records that are older than these tables are not in them yet. Who changes what records say adds a migration that
-- sets `whole` to 0; the graph is then made again when it is next asked.
CREATE TABLE graph_state (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    whole       INTEGER NOT NULL
) STRICT;
INSERT INTO graph_state (one, whole) SELECT 1, NOT EXISTS (SELECT 1 FROM records);
