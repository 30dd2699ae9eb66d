"""The lint rules as data: one file for each area."""
