"""Structured output: JSON, a JSON Schema, a pattern or a grammar, with repairs that are offered."""
