"""Static checks of a repository: what its files alone show to be wrong, before anything runs."""
