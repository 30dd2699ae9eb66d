"""A rule as the engine asks it: the policy's rule for one tier, with its rail made and its fail mode settled."""

from __future__ import annotations

from dataclasses import dataclass

from roadworthy.core.digest import Digest
from roadworthy.guard.policy.model import FailMode, Where
from roadworthy.guard.rails.rail import Rail
from roadworthy.guard.segment import Segment, Stage
from roadworthy.guard.verdict import Action, OperatingPoint

ENCODED_REACH = 128
"""Reach, at least, of a rule that looks into encoded text: an encoding shows after so many characters, and what stands
beside it is read with it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompiledRule:
    """One rule that binds in the bundle's tier."""

    id: str
    action: Action
    kind: str
    """Kind of its rail; empty for a rule that only has a condition."""

    rail: Rail | None
    where: Where
    is_narrow: bool
    """Whether it looks only at some tools or labels."""

    condition: str | None
    """CEL; None: always."""

    facts: frozenset[str]
    """Top-level names of the facts that the condition may ask for."""

    is_shadow: bool
    fail_mode: FailMode
    category: str
    """Of the safe completion; empty: the route's."""

    triggers: tuple[str, ...] | None
    """RE2 patterns without which its rail finds nothing; None: it is always asked."""

    asks_unusual: bool
    reach: int | None
    """As its rail states it; None: only the whole text decides."""

    look: Digest = ""
    """Of its rail's settings, where it looks and its condition: two rules with the same one find the same."""

    max_us: int | None = None
    absent: str = ""
    """Why its rail could not be made; empty where it was."""

    operating_point: OperatingPoint | None = None
    incident: str = ""
    """The incident that it is from; empty for none."""

    @property
    def decodes(self) -> bool:
        """Whether it may look into encoded text."""
        return self.rail is not None and (self.asks_unusual or self.triggers is None)

    @property
    def decides_within(self) -> int | None:
        """The most characters that decide on what it finds, encoded or not; None: only the whole text decides."""
        return max(self.reach, ENCODED_REACH) if self.reach is not None and self.decodes else self.reach

    def is_at(self, *, stage: Stage, route: str) -> bool:
        """Return whether it looks at anything at ``stage`` of ``route``."""
        where = self.where
        return (not where.stages or stage in where.stages) and (not where.routes or route in where.routes)

    def binds(self, segment: Segment, *, route: str) -> bool:
        """Return whether it looks at ``segment`` on ``route``, its tool and its labels aside."""
        where = self.where
        return (
            self.is_at(stage=segment.stage, route=route)
            and (not where.roles or segment.role in where.roles)
            and (not where.channels or segment.channel in where.channels)
            and (not where.sources or segment.source.kind in where.sources)
        )

    def fits(self, segment: Segment) -> bool:
        """Return whether the tool and the labels of ``segment`` are among those that it looks at."""
        where = self.where
        return (not where.tools or segment.tool in where.tools) and (
            not where.labels or not set(where.labels).isdisjoint(segment.labels)
        )
