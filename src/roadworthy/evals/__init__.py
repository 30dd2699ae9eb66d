"""Samples are asked of a target, scorers judge the replies, statistics summarise. Pure but for the runner's ports."""
