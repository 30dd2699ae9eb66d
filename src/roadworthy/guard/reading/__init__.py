"""Text as every rail reads it: normalised once, with the way back to the characters as they came."""
