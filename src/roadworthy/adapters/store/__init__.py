"""Where records are kept: SQLite on one machine. Values in, values out; the SQL stays here."""
