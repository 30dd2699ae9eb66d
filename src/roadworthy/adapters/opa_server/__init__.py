"""Asks an Open Policy Agent for its decision over its REST interface."""
