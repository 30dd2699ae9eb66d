"""Segments from the messages of a protocol, and decisions put back into them."""
