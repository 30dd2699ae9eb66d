"""Packs of controls, the rules that test them, and which of them bind a system."""
