"""Documents for readers as files."""
