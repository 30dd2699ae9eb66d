"""What must not go further: personal identifiers, found in any text by more than one capability. No files, no clock."""
