"""Makes the threat model of the system in the checkout, and says what changed since the last decision."""
