"""A threat model as documents: a picture of its data-flow diagram, a page, a Markdown text."""
