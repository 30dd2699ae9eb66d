"""Guard policies, overlays, containments and recorded decisions from files."""
