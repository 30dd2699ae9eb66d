"""Signed policy packs on disk: their files, the lock beside an installed one, archives, a registry folder."""
