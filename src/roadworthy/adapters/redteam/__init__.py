"""Reads public cases of attacks on agents from the user's own files."""
