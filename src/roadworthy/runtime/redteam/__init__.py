"""Puts what a team builds to attacks: agent policies in worlds."""
