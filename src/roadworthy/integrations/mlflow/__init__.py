"""MLflow's model registry: what a version holds, where an alias points, and moving it."""
