"""What a pack tests itself with, read from its files."""
