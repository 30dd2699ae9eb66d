"""What would make a text the JSON that was asked for. Offered; whether it is taken is the policy's word."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.util import find_spec

from roadworthy.guard.rails.structured.json_text import JsonFault

MAX_CHARS = 20_000
"""Longest text that is repaired beyond taking away what is around the document."""

_AMBIGUOUS = frozenset(("duplicate_key", "not_a_number", "huge_number", "too_deep", "too_long", "several_documents"))
"""Faults of which nobody can say what was meant."""


def candidates(text: str, fault: JsonFault) -> Iterator[str]:
    """Yield texts that may be what was meant, the most cautious first. Each must be checked before it is offered."""
    if fault.kind in _AMBIGUOUS:
        return
    if fault.inner is not None:
        yield fault.inner
    if len(text) <= MAX_CHARS and find_spec("json_repair") is not None:
        yield from _guessed(text if fault.inner is None else fault.inner)


def _guessed(text: str) -> Iterator[str]:
    import json_repair

    try:
        value = json_repair.loads(text, skip_json_loads=True)
    except (RecursionError, ValueError, IndexError, TypeError, KeyError, AttributeError):
        # What the repairer cannot read is not repaired.
        return
    if isinstance(value, dict | list) and value:
        yield json.dumps(value, ensure_ascii=False)
