"""Reads what is stated of vendors, and looks at what they say themselves."""
