"""What identifies a person, found in any text: exact places, kinds and how sure. No files, no clock, no network."""
