"""The same decision while the text is still coming."""
