"""Vaults of personal data on disk: encrypted, with a key of its own for each conversation."""
