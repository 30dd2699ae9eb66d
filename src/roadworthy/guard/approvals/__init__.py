"""Questions to people about one exact action, and their answers, each used once."""
