"""Questions to the evidence graph: what rests on what, what a change voids, what was tested and what was not."""
