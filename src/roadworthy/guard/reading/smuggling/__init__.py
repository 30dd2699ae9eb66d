"""Finds text that stands encoded in a text, and decodes it."""
