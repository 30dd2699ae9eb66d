"""A dossier: everything that documents about one decision are written from, held against its digests first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from roadworthy.core.clock import require_aware
from roadworthy.core.digest import Digest, JsonValue, digest_of
from roadworthy.core.errors import EvidenceError
from roadworthy.core.evidence import Evidence
from roadworthy.core.subject import STRICT
from roadworthy.evals.datasets.datasheet import Datasheet
from roadworthy.evidence.documents.claim import Citation, Citations
from roadworthy.exceptions.model import HeldException
from roadworthy.gates.inputs import GateInputs
from roadworthy.gates.model import GateDecision, RuleResult, Validity
from roadworthy.inventory.diff import ReleaseDiff
from roadworthy.inventory.release import Release
from roadworthy.policy.resolved import ResolvedPolicy
from roadworthy.risk.model import RiskAssessment

_AGAIN = "decide again with `rw gate`, then generate the document from that decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A datasheet that lies beside a dataset of the release, with the digest of its file."""

    file: str
    """Path relative to the repository."""

    digest: Digest
    datasheet: Datasheet


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFinding:
    """Something that is known to be wrong and that nobody has shown to be mended."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    title: str
    severity: str
    status: str
    about: tuple[str, ...]
    """The rule, task or requirement that says so, and the controls that it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One decision with everything that it was a function of. Made by `dossier_of`, which checks that it belongs."""

    decision: GateDecision
    release: Release
    inputs: GateInputs
    policy: ResolvedPolicy
    assessment: RiskAssessment
    evidence: tuple[Evidence, ...]
    previous: GateDecision | None
    """The decision on another release of the system before this one; None: this is the first."""

    changes: tuple[ReleaseDiff, ...]
    """From each decided release to the next, newest first."""

    sheets: tuple[Sheet, ...]
    written_at: datetime
    lapsed: bool
    """Whether the decision was no longer in force when the document was written."""

    why_lapsed: str = ""
    """Why it was not; empty where it was."""

    before: GateDecision | None = None
    """The decision before this one on the same release; None: it was decided on once."""

    findings: tuple[OpenFinding, ...] = ()
    """What is known to be wrong with this release and not mended, the worst first."""

    @property
    def system(self) -> Mapping[str, JsonValue]:
        """What the manifest stated about the system when it was decided on; what was not stated is absent."""
        return mapping(self.inputs.facts.get("system"))

    @property
    def components(self) -> tuple[Mapping[str, JsonValue], ...]:
        """What the manifest stated about each component."""
        found = self.inputs.facts.get("components")
        return tuple(mapping(item) for item in found) if isinstance(found, list | tuple) else ()

    @property
    def documents(self) -> Mapping[str, JsonValue]:
        """Digest by type of each governance document that was there."""
        return mapping(self.inputs.facts.get("documents"))

    @property
    def citations(self) -> Citations:
        """Maker of claims about the decision."""
        return Citations(self.decision, self.evidence)

    @property
    def exceptions(self) -> Mapping[str, HeldException]:
        """The exceptions that the decision looked at, by id."""
        return {held.exception.id: held for held in self.inputs.exceptions}

    def results(self, belongs: Callable[[RuleResult], bool]) -> tuple[RuleResult, ...]:
        """Return the results that belong, in the decision's order."""
        return tuple(result for result in self.decision.results if belongs(result))

    def of_controls(self, ids: Collection[str]) -> tuple[RuleResult, ...]:
        """Return what was found of some controls; a name without its pack fits that control of every pack."""
        return self.results(lambda r: r.control in ids or r.control.partition("/")[2] in ids)

    def cited(self, result: RuleResult) -> tuple[Citation, ...]:
        """Return the evidence that counted for a rule.

        Raises:
            EvidenceError: If a piece is not the one that counted.
        """
        ids = [used.id for used in result.evidence if used.validity is Validity.VALID]
        return self.citations.claim(result.reason, rule=result.rule, evidence=ids).cites if ids else ()

    def piece(self, id_: str) -> Evidence | None:
        """Return a piece of evidence by its id."""
        return next((item for item in self.evidence if item.id == id_), None)


def mapping(value: JsonValue) -> Mapping[str, JsonValue]:
    """Return ``value`` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def dossier_of(
    decision: GateDecision,
    *,
    release: Release,
    inputs: GateInputs,
    policy: ResolvedPolicy,
    assessment: RiskAssessment,
    evidence: Sequence[Evidence],
    written_at: datetime,
    previous: GateDecision | None = None,
    changes: Sequence[ReleaseDiff] = (),
    sheets: Sequence[Sheet] = (),
    voided: Mapping[str, str] | None = None,
    fallen: str = "",
    allow_lapsed: bool = False,
    before: GateDecision | None = None,
    findings: Sequence[OpenFinding] = (),
) -> Dossier:
    """Return what documents are written from, or refuse.

    Args:
        decision: What was decided.
        release: As for the other values: the one that the decision names by digest.
        inputs: What the decision was made from.
        policy: The policy in force.
        assessment: The risk assessment that gave the tier.
        evidence: Everything that was considered.
        written_at: When the document is written.
        previous: The decision on another release before.
        changes: From each decided release to the next, newest first.
        sheets: Datasheets of the release's datasets.
        voided: Why a piece of evidence counts no more that counted when it was decided, by its id.
        fallen: Why the decision may no longer be relied on, as far as the store knows; empty: it may.
        allow_lapsed: Write about a decision that is no longer in force; the document then says so.
        before: The decision before this one on the same release.
        findings: What is known to be wrong with this release and not mended.

    Raises:
        EvidenceError: If a part is not the one that the decision names, evidence that counted is missing, has
            another digest or holds no more, or the decision is no longer in force.
    """
    written_at = require_aware(written_at, name="written_at")
    _require_same(decision, release=release, inputs=inputs, policy=policy, assessment=assessment)
    _require_counted(decision, evidence, voided=voided or {})
    if not fallen and written_at >= decision.valid_until:
        fallen = f"it was in force until {decision.valid_until:%Y-%m-%d %H:%M} UTC"
    if fallen and not allow_lapsed:
        raise EvidenceError(
            f"decision {decision.id} is no longer in force: {fallen}",
            where=decision.id,
            fix=_AGAIN + "; or say --allow-lapsed to write about the past",
        )
    return Dossier(
        decision=decision,
        release=release,
        inputs=inputs,
        policy=policy,
        assessment=assessment,
        evidence=tuple(sorted(evidence, key=lambda item: item.id)),
        previous=previous,
        changes=tuple(changes),
        sheets=tuple(sheets),
        written_at=written_at,
        lapsed=bool(fallen),
        why_lapsed=fallen,
        before=before,
        findings=tuple(findings),
    )


def _require_same(
    decision: GateDecision, *, release: Release, inputs: GateInputs, policy: ResolvedPolicy, assessment: RiskAssessment
) -> None:
    named = (
        ("release", decision.release, release.digest),
        ("inputs", decision.id, inputs.decision),
        ("policy", decision.policy, digest_of(policy)),
        ("assessment", decision.assessment, digest_of(assessment)),
        ("facts", decision.facts, digest_of(inputs.facts)),
    )
    for name, wanted, found in named:
        if wanted != found:
            raise EvidenceError(
                f"the {name} is not the one that the decision names: {found} instead of {wanted}",
                where=decision.id,
                fix="restore the ledger from a backup, or " + _AGAIN,
            )


def _require_counted(decision: GateDecision, evidence: Sequence[Evidence], *, voided: Mapping[str, str]) -> None:
    held = {item.id: digest_of(item) for item in evidence}
    for result in decision.results:
        for used in result.evidence:
            if used.validity is not Validity.VALID:
                continue
            if used.id in voided:
                raise EvidenceError(
                    f"evidence {used.id} counts no more: {voided[used.id]}", where=result.rule, fix=_AGAIN
                )
            if held.get(used.id) != used.digest:
                what = "is gone" if used.id not in held else "is not the one that counted: its digest changed"
                raise EvidenceError(f"evidence {used.id} {what}", where=result.rule, fix=_AGAIN)
