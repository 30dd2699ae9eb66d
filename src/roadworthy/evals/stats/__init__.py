"""From outcomes to rates with honest bounds. Standard-library arithmetic only; every method names its source.

`measure.measure` summarises outcomes, `cluster.upper_bound` and `cluster.lower_bound` are what a gate
judges, `power.more_samples` says how many further samples would settle it.
"""
