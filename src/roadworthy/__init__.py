"""The paved road for responsible AI: from a manifest to a signed, offline-verifiable release decision."""

__version__ = "0.1.0"
