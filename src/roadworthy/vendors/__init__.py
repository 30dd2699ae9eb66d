"""Vendors and model providers: what was promised, assessed and changed."""
