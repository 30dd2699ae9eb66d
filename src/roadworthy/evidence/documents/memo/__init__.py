"""The memo that a board decides with."""
