"""Exfiltration: addresses that carry data out, or that are not what they look like."""
