"""Findings: what is wrong, who mends it by when, and the test that keeps it mended."""
