"""Conditions as trees: read from CEL, written back to CEL, and walked by whoever changes or translates them."""
