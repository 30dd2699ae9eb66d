"""The stand-in is imported by processes of its own alone."""

collect_ignore = ["copy"]
