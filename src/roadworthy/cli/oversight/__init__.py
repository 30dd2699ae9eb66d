"""Commands by which people consent, except and recall."""
