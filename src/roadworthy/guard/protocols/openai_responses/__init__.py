"""Responses: requests, answers and streams as segments, and back."""
