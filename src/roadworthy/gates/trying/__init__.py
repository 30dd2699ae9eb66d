"""Tries a pack: its cases before the gate's own judge, and whether they notice that the pack was loosened."""
