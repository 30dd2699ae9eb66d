"""The shipped texts, one module to a language: our own words, short, without blame."""
