"""What a text may say once its wrapping is undone, for the generous search."""
