"""Reads the suites of an AgentDojo that the user has, as worlds in which a compromised model is let loose.

Nothing of AgentDojo is here: tools, tasks, oracles and texts are those of the user's copy.

Source:
    Debenedetti et al. 2024, AgentDojo: A Dynamic Environment to Evaluate Prompt Injection Attacks and Defenses for
    LLM Agents, NeurIPS Datasets and Benchmarks. arXiv:2406.13352.
"""
