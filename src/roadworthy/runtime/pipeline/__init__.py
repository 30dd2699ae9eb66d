"""What a pipeline does with a release: find the systems that a change touches, evaluate, decide, tell, keep."""
