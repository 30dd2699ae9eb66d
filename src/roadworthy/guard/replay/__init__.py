"""What was decided, kept without what was said, and what another policy would have decided."""
