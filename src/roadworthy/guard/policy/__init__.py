"""Guard policy as data, and its compiled form, which never changes."""
