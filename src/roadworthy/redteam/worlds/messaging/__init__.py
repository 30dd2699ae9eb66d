"""Messaging: a team chat. `world.WORLD` puts it together."""
