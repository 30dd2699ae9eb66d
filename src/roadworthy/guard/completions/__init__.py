"""What a user is told in place of what was blocked, so that a block helps. Never holds what the user wrote."""
