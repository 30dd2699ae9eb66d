"""Registered runs, their journals and kept replies, as files that only their owner reads."""
