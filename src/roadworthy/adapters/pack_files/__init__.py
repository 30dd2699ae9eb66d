"""The lists that a pack is made of, read from its folders."""
