"""Systems under test: OpenAI-compatible HTTP, any HTTP endpoint, a Python callable, outputs made before."""

from roadworthy.adapters.targets.build import build_target

__all__ = ["build_target"]
