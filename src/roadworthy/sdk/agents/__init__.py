"""Agents of other packages, guarded through the hooks that the packages have for it."""
