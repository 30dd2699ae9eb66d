"""Assurance cases: why a release should be believed to be acceptable, and where the argument is open."""
