"""Threat models: what a system is made of, what may go wrong at each part, and what stands against it."""
