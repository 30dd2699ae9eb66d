"""From the text of a policy to a proposed pack: what it says, what could test it, and what nothing can."""
