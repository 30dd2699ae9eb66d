"""Finds what a guard policy says and does not mean, beyond what keeps it from being compiled."""
