"""Keeps the risk register of the system in the checkout."""
