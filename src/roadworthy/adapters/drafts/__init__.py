"""Drafts of packs as folders: YAML, the map from the document to the pack, and the list for the reviewer."""
