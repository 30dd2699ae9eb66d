"""Decides at run time what may go in, come out, be retrieved and be done. Pure and synchronous: no files, no clock."""
