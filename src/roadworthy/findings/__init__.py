"""Findings: what was seen to be wrong, who owns it, by when, and which test keeps it from coming back."""
