"""Consent of people, bound to digests: who signed what, whether it counts, and what would void it."""
