"""``rw judge …``: calibrated judges, by the module that has each command."""
