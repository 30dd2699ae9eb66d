"""Looks for what reads like a vault's placeholder and was not put there by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from roadworthy.core.subject import STRICT
from roadworthy.guard.rails.rail import Scene, Triggers
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Segment, Span
from roadworthy.guard.vault.model import LITERAL
from roadworthy.guard.vault.placeholder import LONGEST, TRIGGER, next_seen
from roadworthy.guard.verdict import Detection, Edit, EditKind, OperatingPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceholderSettings:
    """For where no placeholder can rightly stand: what users, tools and documents say."""

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["placeholder"] = "placeholder"


class PlaceholderRail:
    """Finds texts that would be turned back into somebody's data when the answer repeats them.

    With the action *transform* they go behind placeholders of their own, and come back as they were written.

    Args:
        settings: Nothing to set.
    """

    operating_point: OperatingPoint | None = None
    reach: int | None = LONGEST
    triggers: Triggers | None = Triggers(patterns=(TRIGGER,), unusual=True)

    def __init__(self, settings: PlaceholderSettings) -> None:
        self._settings = settings

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        """Return each; it is looked for in the text as it came, since that is what would be turned back."""
        found: list[Detection] = []
        text = reading.raw
        one = next_seen(text, 0)
        while one is not None:
            span = Span(start=one.start, end=one.end)
            edit = Edit(span=span, replacement=f"[{LITERAL.upper()}]", kind=EditKind.PLACEHOLDER)
            found.append(Detection(kind="placeholder", span=span, edit=edit))
            # From the next character on: whether one stands here must not depend on how those before it are cut.
            one = next_seen(text, one.mark + 1)
        return found
