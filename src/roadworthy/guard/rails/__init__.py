"""What looks at text and says what it found: one rail to a file. No rail knows a protocol or decides."""
