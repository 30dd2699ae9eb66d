"""Wren, the support assistant of the fictional shop Harbour & Pine."""
