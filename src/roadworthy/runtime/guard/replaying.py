"""Asks a candidate guard policy about recorded decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from roadworthy.adapters.guard.records import read_records
from roadworthy.core.errors import EvidenceError
from roadworthy.core.severity import RiskTier
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.replay.difference import Difference, summed_up
from roadworthy.guard.replay.model import Change, Replayed
from roadworthy.guard.replay.replaying import replay
from roadworthy.runtime.guard.policies import Ready, with_shadow_enforced

Progress = Callable[[int], None]
"""Hears how many records are done."""

_EVERY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What a candidate would have changed in recorded decisions."""

    candidate: str
    tier: RiskTier
    with_shadow: bool
    difference: Difference

    @property
    def exit_code(self) -> int:
        """1: something that was stopped or changed would go on. 3: something cannot be told. 0: neither."""
        if self.difference.is_looser:
            return 1
        return 3 if self.difference.of(Change.UNKNOWN) else 0


def replay_records(records: Path, candidate: Ready, *, with_shadow: bool, progress: Progress) -> Replay:
    """Return what ``candidate`` says of the decisions in ``records``.

    Args:
        records: As `roadworthy.adapters.guard.records.RecordFile` wrote them.
        candidate: The policy to try.
        with_shadow: Whether its rules in shadow mode count as enforced: what they would have done.
        progress: Hears how far it is.

    Raises:
        ConfigError: If the records cannot be read.
        EvidenceError: If there is none: nothing could be told.
    """
    bundle = with_shadow_enforced(candidate) if with_shadow else candidate.bundle
    difference = summed_up(_replayed(records, bundle, progress))
    if not difference.total:
        raise EvidenceError(
            "the file holds no decision", where=str(records), fix="record decisions first, then replay them"
        )
    return Replay(
        candidate=f"{candidate.document.value.name} {candidate.document.value.version}",
        tier=bundle.tier,
        with_shadow=with_shadow,
        difference=difference,
    )


def _replayed(records: Path, bundle: Bundle, progress: Progress) -> Iterator[Replayed]:
    done = 0
    for record, use in read_records(records):
        yield replay(bundle, record, looks=dict(use.looks))
        done += 1
        if done % _EVERY == 0:
            progress(done)
    progress(done)
