"""Keeps personal data back: a placeholder goes on in its place, and only who may see it gets it back."""
