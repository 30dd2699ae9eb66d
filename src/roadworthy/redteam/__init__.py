"""Attacks on what a team builds, with what came of them told from the state of the world and not from words."""
