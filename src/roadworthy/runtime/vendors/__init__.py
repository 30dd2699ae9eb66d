"""Keeps the list of vendors: assesses them, records what is decided, and watches what they change."""
