"""Writes documents about a decision: collects what they rest on, and renders them."""
