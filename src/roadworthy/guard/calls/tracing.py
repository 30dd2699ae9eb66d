"""Says of each argument of a call where its value comes from, for people who ask why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from roadworthy.guard.calls.flowing import named
from roadworthy.guard.calls.wrong import shown
from roadworthy.guard.flow.ledger import Ledger
from roadworthy.guard.run.call import Call

_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """Where one value of a call comes from. It does not repeat the value."""

    tool: str
    argument: str
    """Its name, with ``*`` for places in lists: ``guests/*/email``."""

    characters: int
    found: tuple[str, ...]
    """Places in which all or a part of it stands, such as ``what the user wrote``, each once."""

    is_composed: bool
    """Whether a part was found nowhere."""

    secrecy: str
    """How secret it is."""


def traced(call: Call, *, ledger: Ledger, same: Sequence[Sequence[str]]) -> tuple[Traced, ...]:
    """Return where each value in the arguments of ``call`` comes from, at most 200 of them."""
    found: list[Traced] = []
    for name, value in _leaves(call.arguments, ""):
        if len(found) >= _MOST:
            break
        trace = ledger.trace(value, same=same)
        places = dict.fromkeys(named(origin) for part in trace.parts for origin in part.origins)
        found.append(
            Traced(
                tool=shown(call.tool),
                argument=shown(name),
                characters=trace.parts[-1].span.end if trace.parts else 0,
                found=tuple(places),
                is_composed=trace.is_composed,
                secrecy=trace.secrecy.value,
            )
        )
    return tuple(found)


def _leaves(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for member, item in value.items():
            yield from _leaves(item, f"{name}/{member}" if name else member)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, f"{name}/*")
    elif value is not None:
        yield name, value
