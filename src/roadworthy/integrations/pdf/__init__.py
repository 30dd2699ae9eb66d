"""Documents as PDF, by the ``pdf`` extra."""
