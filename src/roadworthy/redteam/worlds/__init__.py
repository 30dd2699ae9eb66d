"""Worlds with tools, tasks and injections, in which a model that does what an attacker wants is let loose."""
