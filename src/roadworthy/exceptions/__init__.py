"""Exceptions from rules: what may be asked for, how one stands, and what they say together. No files, no clock."""
