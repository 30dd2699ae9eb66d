"""Values that every capability shares. Standard library only: no files, no clock, no randomness."""
