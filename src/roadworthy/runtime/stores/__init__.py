"""Typed views on the ledger that a workspace opens when they are needed."""
