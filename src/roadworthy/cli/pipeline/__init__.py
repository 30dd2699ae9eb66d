"""``rw ci …`` and ``rw mlflow …``: what pipelines call."""
