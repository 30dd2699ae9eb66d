"""What the guard itself says of a stream: that it is out of order, cut off, too much, or that nobody listens."""

from __future__ import annotations

from typing import Literal, TypeAlias

from roadworthy.guard.verdict import Action, Verdict

Irregularity: TypeAlias = Literal[
    "stream-order", "stream-incomplete", "stream-too-wide", "stream-failed", "reach-exceeded", "cancelled"
]


def own_verdict(name: Irregularity, reason: str, *, segment: int | None = None) -> Verdict:
    """Return the verdict ``guard/<name>``. All but *cancelled* deny.

    Args:
        name: What is irregular.
        reason: For the log, without content.
        segment: Which field it is about; None: the stream.
    """
    return Verdict(
        action=Action.ALLOW if name == "cancelled" else Action.DENY,
        rule=f"guard/{name}",
        rail="",
        segment=segment,
        reason=reason,
        kinds=(name,),
        degraded=name != "cancelled",
    )
