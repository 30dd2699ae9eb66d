"""Who may decide what, with how many others, by when, and when a decision ends. Values and rules only."""
