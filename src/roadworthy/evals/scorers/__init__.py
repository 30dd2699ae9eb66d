"""Deterministic scorers, one file each. `registry.build` makes one from its spec.

No outcome's reason ever quotes what a reply said: secrets and personal data would travel with it.
"""
