"""The auditor's question: was this tested for every release, by whom was it approved, what happened since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from roadworthy.core.clock import rfc3339
from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT
from roadworthy.gates.model import GateDecision, RuleOutcome, RuleResult, Validity, Verdict
from roadworthy.gates.oversight.in_force import DecisionStanding, DecisionState
from roadworthy.inventory.release import Release

_NO_GAP = frozenset({RuleOutcome.PASS.value, RuleOutcome.NOT_APPLICABLE.value, RuleOutcome.PENDING.value})

_LET_THROUGH = frozenset(verdict.value for verdict in Verdict if verdict.exit_code == 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision as the store gave it, and how it stands now."""

    __pydantic_config__: ClassVar = STRICT

    decision: GateDecision
    digest: Digest
    standing: DecisionStanding


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementRow:
    """What one rule that serves the requirement found of one release. Every digest can be checked offline."""

    __pydantic_config__: ClassVar = STRICT

    release: str
    """System and version."""

    release_digest: Digest
    frozen_at: str
    decision: str
    """Id; empty: the release was not decided on in that time."""

    decision_digest: str
    decided_at: str
    verdict: str
    requirement: str
    control: str
    rule: str
    outcome: str
    """As the rule was judged; ``not decided`` or ``not in the policy`` where it was not."""

    exceptions: tuple[str, ...]
    """Ids of the exceptions that let it through."""

    evidence: tuple[str, ...]
    """Ids of the evidence that answered it."""

    evidence_digests: tuple[Digest, ...]
    approved_by: tuple[str, ...]
    """Ids of those whose consent to the release counted."""

    approvals: tuple[str, ...]
    """Ids of the signed approvals by which they gave it."""

    consent: str
    """How consent stood; empty: nobody's was asked for."""

    since: str
    """What happened to the decision since, in one sentence."""

    @property
    def let_through(self) -> bool:
        """Whether the decision let the release through; only then does it matter whether it is still in force."""
        return self.verdict in _LET_THROUGH

    @property
    def is_gap(self) -> bool:
        """Whether it was to be shown and is not: refuted, missing, never asked, or found by a decision void since."""
        return self.outcome not in _NO_GAP or self.since.startswith(DecisionState.VOIDED.value)


def requirement_rows(
    releases: Sequence[Release],
    decided: Sequence[Decided],
    *,
    requirements: frozenset[str],
    start: datetime,
    end: datetime,
) -> Iterator[RequirementRow]:
    """Yield what was found of a requirement, for each release that was frozen or decided on in a window.

    Of several decisions on one release within the window the last one counts, as it does for the gate.

    Args:
        releases: All releases, oldest first.
        decided: All decisions, oldest first.
        requirements: ``<framework> <id>`` of the requirement and of its parts.
        start: First moment, included.
        end: Last moment, excluded.
    """
    inside = {d.decision.release: d for d in decided if start <= d.decision.decided_at < end}
    # Freezing the same content twice is the same release; the first time counts.
    first = {release.digest: release for release in reversed(releases)}
    for release in reversed(first.values()):
        found = inside.get(release.digest)
        if found is not None:
            yield from _of_decision(release, found, requirements)
        elif start <= release.frozen_at < end:
            yield _row(release, None, requirement=min(requirements), outcome="not decided")


def _of_decision(release: Release, found: Decided, requirements: frozenset[str]) -> Iterator[RequirementRow]:
    rows = [
        (f"{link.framework} {link.id}", result)
        for result in found.decision.results
        for link in result.serves
        if link.status != "withdrawn" and f"{link.framework} {link.id}" in requirements
    ]
    for requirement, result in sorted(rows, key=lambda row: (row[0], row[1].control, row[1].rule)):
        yield _row(release, found, requirement=requirement, outcome=result.outcome.value, result=result)
    if not rows:
        yield _row(release, found, requirement=min(requirements), outcome="not in the policy")


def _row(
    release: Release, found: Decided | None, *, requirement: str, outcome: str, result: RuleResult | None = None
) -> RequirementRow:
    decision = found.decision if found is not None else None
    consent = decision.consent if decision is not None else None
    counted = [piece for piece in result.evidence if piece.validity is Validity.VALID] if result is not None else []
    return RequirementRow(
        release=f"{release.system} {release.version}",
        release_digest=release.digest,
        frozen_at=rfc3339(release.frozen_at),
        decision=decision.id if decision is not None else "",
        decision_digest=found.digest if found is not None else "",
        decided_at=rfc3339(decision.decided_at) if decision is not None else "",
        verdict=decision.verdict.value if decision is not None else "",
        requirement=requirement,
        control=result.control if result is not None else "",
        rule=result.rule if result is not None else "",
        outcome=outcome,
        exceptions=result.exceptions if result is not None else (),
        evidence=tuple(piece.id for piece in counted),
        evidence_digests=tuple(piece.digest for piece in counted),
        approved_by=consent.approvers if consent is not None else (),
        approvals=tuple(said.approval for said in consent.approvals if said.counts) if consent is not None else (),
        consent=consent.state.value if consent is not None else "",
        since=_since(found.standing) if found is not None else "",
    )


def _since(standing: DecisionStanding) -> str:
    return f"{standing.state.value.replace('_', ' ')}{': ' if standing.reason else ''}{standing.reason}"
