"""Reviews that move: what was asked and answered, whose turn it is, how long it took, and what was decided."""
