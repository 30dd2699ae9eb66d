"""The calls of a run: judged, let through, waited for, and told the end of."""
