"""What every export is made from: one decided release with its manifest, policy and evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.errors import EvidenceError
from roadworthy.core.evidence import Evidence
from roadworthy.gates.model import GateDecision, RuleResult, UsedEvidence, Validity
from roadworthy.inventory.model import Component, Manifest
from roadworthy.inventory.release import Release
from roadworthy.policy.model import EvidenceCheck, MeasureCheck, Rule
from roadworthy.policy.resolved import ResolvedControl, ResolvedPolicy

NAMESPACE = "urn:roadworthy:export"
"""Of properties that the formats have no field for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedRelease:
    """A release, what was decided on it, and everything that the decision rests on.

    Raises:
        EvidenceError: If the parts do not belong together: an export would then say of one release
            what was found of another.
    """

    manifest: Manifest
    release: Release
    decision: GateDecision
    policy: ResolvedPolicy
    evidence: tuple[Evidence, ...]
    """Everything that was considered, sorted by id."""

    envelopes: Mapping[str, bytes] = field(default_factory=dict)
    """Signed statement of each piece of evidence by its id; without one where its signature did not hold."""

    program: str
    """Version of the exporting program."""

    decision_digest: Digest = field(init=False, default="")
    """Digest of the decision; every identifier of an export follows from it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "decision_digest", digest_of(self.decision))
        named = (
            ("release", self.release.digest, self.decision.release),
            ("policy", digest_of(self.policy), self.decision.policy),
        )
        wrong = [
            f"the {name} has digest {found}, the decision names {asked}"
            for name, found, asked in named
            if found != asked
        ]
        here = {item.id: digest_of(item) for item in self.evidence}
        wrong += [
            f"evidence {used.id} is not the one that the decision looked at"
            for result in self.decision.results
            for used in result.evidence
            if here.get(used.id) != used.digest
        ]
        if {component.key for component in self.manifest.components} != {c.key for c in self.release.components}:
            wrong.append("the manifest has other components than the release")
        if wrong:
            raise EvidenceError(
                f"the export's parts do not belong together: {wrong[0]}",
                where=self.decision.id,
                fix="decide again with `rw gate`, then export that decision",
                details=tuple(wrong[1:]),
            )

    @property
    def counted(self) -> frozenset[str]:
        """Ids of the evidence that counted for some rule."""
        return frozenset(
            used.id for result in self.decision.results for used in result.evidence if used.validity is Validity.VALID
        )

    def component(self, key: str) -> Component:
        """Return the manifest's entry of a component of the release."""
        return next(component for component in self.manifest.components if component.key == key)

    def uses(self, evidence: str) -> tuple[tuple[RuleResult, UsedEvidence], ...]:
        """Return where a piece of evidence was looked at."""
        return tuple(
            (result, used) for result in self.decision.results for used in result.evidence if used.id == evidence
        )

    def about(self, key: str) -> tuple[Evidence, ...]:
        """Return the evidence that counted and that depended on a component as it is in this release."""
        version = self.release.component(key)
        return tuple(
            item
            for item in self.evidence
            if item.id in self.counted
            and version is not None
            and any(s.kind == "component" and (s.name, s.digest) == (key, version.digest) for s in item.subjects)
        )

    def digest(self, evidence: str) -> Digest:
        """Return the digest of a piece of evidence."""
        return next(digest_of(item) for item in self.evidence if item.id == evidence)

    def expires_at(self, item: Evidence) -> datetime | None:
        """Return when evidence stops counting for the first rule that looks at it; None where no rule says."""
        rules = {rule.id: rule for rule in self.policy.rules}
        days = [max_age_of(rules[result.rule]) for result, _ in self.uses(item.id) if result.rule in rules]
        known = [age for age in days if age is not None]
        return item.observed_at + timedelta(days=min(known)) if known else None

    def control_of(self, rule: str) -> ResolvedControl | None:
        """Return the control that a rule belongs to."""
        return next((c for c in self.policy.controls if any(r.id == rule for r in c.rules)), None)


def max_age_of(rule: Rule) -> int | None:
    """Return how many days old evidence may be for a rule; None for one that asks for facts alone."""
    match rule.require:
        case MeasureCheck() | EvidenceCheck():
            return rule.require.max_age_days
        case _:
            return None
