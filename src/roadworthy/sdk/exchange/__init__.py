"""One request to a model and its answer through a run: judged, edited, and freed of calls that are refused."""
