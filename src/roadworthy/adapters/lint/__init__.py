"""Repositories as lint sees them, and the rules that it asks: what is read from disk for it."""
