"""Picks the adapters and puts the capabilities to work for the surfaces."""
