"""Looks at a repository: which files it has, what they are, what they say about the system."""
