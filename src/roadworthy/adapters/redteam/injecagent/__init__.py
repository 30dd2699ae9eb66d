"""Reads the cases of an InjecAgent that the user has, as a world whose tools only keep what was asked of them.

Nothing of InjecAgent is here: tools, instructions and answers of tools are those of the user's files.

Source:
    Zhan et al. 2024, InjecAgent: Benchmarking Indirect Prompt Injections in Tool-Integrated Large Language Model
    Agents, Findings of ACL. arXiv:2403.02691.
"""
