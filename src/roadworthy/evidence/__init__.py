"""What outlasts the machine: signed statements, the hash-chained log, the pack, and projections of them."""
