"""Guard policies as people work on them: looked through, tried, explained, compared, replayed."""
