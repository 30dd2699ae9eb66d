"""The graph of records: what is about what, made from what and decided by what, queried both ways."""
