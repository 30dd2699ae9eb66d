"""Anthropic Messages: requests, answers and streams."""
