"""``governance.yaml``: read, described to editors, and the file to start from."""
