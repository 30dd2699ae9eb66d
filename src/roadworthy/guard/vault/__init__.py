"""Personal data behind placeholders, and who gets it back."""
