"""Where records are kept: SQLite on one machine, PostgreSQL for several. Values in, values out; the SQL stays here."""
