"""What may be spent: reserved before, settled after."""
