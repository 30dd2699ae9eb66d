"""Changes of a pack, one at a time, each of which its own cases should notice."""
