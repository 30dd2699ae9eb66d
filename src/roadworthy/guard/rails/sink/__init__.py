"""Output encoding: what a sink would read as code or control, and the edits that make it plain text there."""
