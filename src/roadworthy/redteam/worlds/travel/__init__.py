"""Travel: bookings, money and the word of strangers. `world.WORLD` puts it together."""
