"""What a rail is, and what it is given to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from roadworthy.guard.event import ConversationState, Event
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Segment
from roadworthy.guard.verdict import Detection, OperatingPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All that a rail may take into account besides the text."""

    event: Event
    state: ConversationState
    sink: str = "text"
    """What reads the output: `Route.sink` of the event's route."""

    final: bool = True
    """False while the text is still coming. A rail that has no `Rail.reach` is not asked then."""


@dataclass(frozen=True, slots=True)
class Triggers:
    """When a rail must be asked, so that one scan of the text serves all rails.

    A rail whose triggers are not there finds nothing: a promise, held by a test for each rail.
    """

    patterns: tuple[str, ...]
    """RE2 patterns over `Reading.folded`. At least one matches wherever the rail finds anything."""

    unusual: bool = False
    """Whether it must be asked as well where the text holds smuggled text, or normalising changed more of it than
    full-width forms (`roadworthy.guard.engine.compiling.plan.is_unusual`)."""


class Rail(Protocol):
    """Looks at one segment and says what it found. Deterministic; does no I/O; keeps nothing between two calls.

    It takes time in proportion to the text. An exception is the rail's failure, and its rule's fail mode decides.
    """

    @property
    def reach(self) -> int | None:
        """The most characters that decide on a detection; None: only the whole text decides.

        They are counted from its first character to the last one that could undo it.
        """
        ...

    @property
    def triggers(self) -> Triggers | None:
        """When it must be asked; None: always."""
        ...

    @property
    def operating_point(self) -> OperatingPoint | None:
        """How good it is, as measured; None: it is exact by construction."""
        ...

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        """Return what was found, in order of place; spans are in characters of ``segment.text``."""
        ...
