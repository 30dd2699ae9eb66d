"""``roadworthy.yaml``: read, written, described to editors, and the files that it names."""
