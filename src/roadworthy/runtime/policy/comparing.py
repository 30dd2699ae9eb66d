"""Compares two packs, or two sets of packs, as they are named on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from roadworthy.core.severity import RiskTier
from roadworthy.policy.difference import Change, Difference, difference
from roadworthy.policy.model import Pack
from roadworthy.runtime.policy.references import packs_named


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two sets of packs and what differs."""

    old: tuple[str, ...]
    """``<name> <version>`` of each."""

    new: tuple[str, ...]
    tier: RiskTier | None
    """Of the systems that were asked about; None: any."""

    counts: dict[str, int]
    """How many entries of each change there are."""

    difference: Difference


def compare_packs(old: str, new: str, *, tier: RiskTier | None, root: Path) -> Compared:
    """Return what ``new`` asks differently from ``old``.

    Args:
        old: See `roadworthy.runtime.policy.references.packs_named`.
        new: The same.
        tier: Only what binds systems of this tier; None compares everything.
        root: Folder below which installed packs lie.

    Raises:
        PackError: If a pack is not there or does not load.
    """
    before, after = packs_named(old, root=root), packs_named(new, root=root)
    found = difference(before, after, tier=tier)
    return Compared(
        old=_names(before),
        new=_names(after),
        tier=tier,
        counts={change.value: sum(entry.change is change for entry in found.entries) for change in Change},
        difference=found,
    )


def _names(packs: tuple[Pack, ...]) -> tuple[str, ...]:
    return tuple(f"{pack.name} {pack.version}" for pack in packs)
