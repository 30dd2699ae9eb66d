"""A document as headings and blocks, whatever it is about, and its form as Markdown."""
