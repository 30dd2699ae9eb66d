"""What the graph that runs is called, and whether it can go on later."""

from __future__ import annotations

from typing import Any

from langgraph.config import get_config


def _settings() -> dict[str, Any]:
    try:
        return dict(get_config().get("configurable", {}))
    except RuntimeError:
        return {}


def thread() -> str:
    """Return the thread of the graph that runs; empty: it has none."""
    found = _settings().get("thread_id")
    return "" if found is None else str(found)


def is_kept() -> bool:
    """Return whether the graph that runs has a checkpointer, so that it can go on after an interrupt."""
    return _settings().get("__pregel_checkpointer") is not None
