"""Segments in, one decision out."""
