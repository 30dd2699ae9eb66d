"""Flaws and differences of guard policies as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from roadworthy.cli import output

if TYPE_CHECKING:
    from roadworthy.runtime.guard.comparing import Compared
    from roadworthy.runtime.guard.linting import Found

_STYLE = {"block": "red", "warn": "yellow", "info": "dim"}
_DIRECTION = {"looser": "red", "unordered": "yellow", "tighter": "green", "noted": "dim"}


def flaw_record(found: Found) -> dict[str, object]:
    """Return a flaw as a program reads it."""
    flaw = found.flaw
    return {
        "check": flaw.check,
        "severity": flaw.severity,
        "where": found.where,
        "subject": flaw.subject,
        "said": flaw.said,
        "fix": flaw.fix,
    }


def flaw_lines(found: Sequence[Found]) -> Iterator[str]:
    """Say what is wrong, where, and what to do."""
    for one in found:
        flaw = one.flaw
        word = output.coloured(f"{flaw.severity.value:5}", _STYLE[flaw.severity.value])
        yield f"{word}  {flaw.subject}: {flaw.said}"
        yield f"       {flaw.check} at {one.where}"
        yield f"       fix: {flaw.fix}"


def compared_lines(compared: Compared) -> Iterator[str]:
    """Say what is looser first."""
    yield f"{compared.old}  →  {compared.new}"
    for one in compared.differences:
        word = output.coloured(f"{one.direction.value:9}", _DIRECTION[one.direction.value])
        yield f"  {word}  {one.subject}: {one.said}"
    for bound in compared.bounds:
        word = "looser" if bound.after > bound.before else "tighter"
        because = f" (because of {', '.join(bound.rules)})" if bound.rules else ""
        yield (
            f"  {output.coloured(f'{word:9}', _DIRECTION[word])}  route {bound.route}: characters of "
            f"`{bound.channel.value}` that can leave before their verdict {bound.before} -> {bound.after}{because}"
        )
    if not compared.differences and not compared.bounds:
        yield "  no difference"
