"""Model Context Protocol: messages of both live revisions, in both directions."""
