"""Idempotency keys: what was done under which name, so that it is done once."""
