"""Tries a guard policy: cases that it must meet, in every mode, and changes of it that its cases must notice."""
