"""A policy, its assessment plan and what came of it in OSCAL 1.2.1, as documents that refer to each other."""
