"""What a run has done so far: calls made and what became of them, definitions seen, memory written."""
