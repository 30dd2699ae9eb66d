"""Drafts least privilege for tools from what their definitions say, for a person to review."""
