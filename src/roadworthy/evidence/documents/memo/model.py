"""The decision memo as a value: what is asked, what the evidence says, and what nobody knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from roadworthy.core.clock import Day, require_aware
from roadworthy.core.digest import Digest
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.core.subject import STRICT
from roadworthy.evidence.documents.citation import Part
from roadworthy.evidence.documents.dossier import Dossier, OpenFinding
from roadworthy.evidence.documents.parts import finding, gap_of, said
from roadworthy.evidence.documents.wording import OUTCOME_WORD, day_text, is_owed
from roadworthy.gates.model import GateDecision, RuleOutcome, RuleResult, Validity
from roadworthy.inventory.diff import ComponentChange

MOST_MATTERS = 5
MOST_RISKS = 4
MOST_WARNINGS = 4
MOST_QUESTIONS = 5
MOST_CHANGES = 8
MOST_FINDINGS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualRisk:
    """A risk before controls, and how far what counters it is shown to work. Nothing is multiplied."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    statement: str
    tier: RiskTier
    """Before any control is shown to work."""

    held: int
    """Controls against it that are shown to hold."""

    refuted: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoException:
    """An exception that the release would ship on, or that was asked for and does not count."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    digest: Digest
    rules: tuple[str, ...]
    effective: bool
    reason: str
    ends_at: datetime
    requested_by: str
    approved_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoCondition:
    """Something that is owed after release, or for an approval to go on holding."""

    __pydantic_config__: ClassVar = STRICT

    text: str
    owed_by: str
    due: Day | None
    """None: no day is set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoReview:
    """The review of the release, as far as it got."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    state: str
    text: str
    open_questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Memo:
    """One to two pages for those who decide, and its JSON form."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/decision-memo/v1"] = "roadworthy/decision-memo/v1"
    name: str
    system: str
    version: str
    tier: str
    verdict: str
    """The recommendation is the verdict and nothing more."""

    summary: str
    purpose: str
    decided_at: datetime
    valid_until: datetime
    written_at: datetime
    lapsed: bool
    changed: tuple[str, ...]
    """Since the decision on the release before; a sentence each."""

    matters: tuple[Part, ...]
    """The three to five findings that matter most, with their evidence."""

    more_matters: int
    """Blocking findings beside those."""

    risks: tuple[ResidualRisk, ...]
    risk_count: int
    findings: tuple[OpenFinding, ...]
    """The gravest things that are known to be wrong with it and not mended."""

    more_findings: int
    exceptions: tuple[MemoException, ...]
    conditions: tuple[MemoCondition, ...]
    more_conditions: int
    consent: str
    """How people's consent stands, in one sentence."""

    approvals: tuple[str, ...]
    review: MemoReview | None
    questions: tuple[str, ...]
    more_questions: int
    unknown: tuple[str, ...]
    """What is not known, a sentence each."""

    digests: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        for name in ("decided_at", "valid_until", "written_at"):
            object.__setattr__(self, name, require_aware(getattr(self, name), name=name))


def memo_of(dossier: Dossier, *, decision_digest: Digest, review: MemoReview | None = None) -> Memo:
    """Return the memo on one decision.

    Args:
        dossier: What it is written from.
        decision_digest: Digest of the decision's record.
        review: The review of the release, where there is one.

    Raises:
        EvidenceError: If evidence that is cited is not the one that counted.
    """
    decision = dossier.decision
    blocking = [r for r in decision.results if is_owed(r) and r.severity is Severity.BLOCK and not r.exceptions]
    ranked = sorted(blocking, key=lambda r: _weight(dossier, r))
    shown = ranked[:MOST_MATTERS]
    risks = residual_risks(dossier)
    conditions = _conditions(dossier)
    questions = [question.text for question in dossier.assessment.questions]
    return Memo(
        name=said(dossier.system.get("name")) or decision.system,
        system=decision.system,
        version=decision.version,
        tier=decision.tier.value,
        verdict=decision.verdict.value,
        summary=decision.summary,
        purpose=said(dossier.system.get("purpose")),
        decided_at=decision.decided_at,
        valid_until=decision.valid_until,
        written_at=dossier.written_at,
        lapsed=dossier.lapsed,
        changed=_changed(dossier),
        matters=tuple(part for result in shown for part in _matter(dossier, result)),
        more_matters=len(blocking) - len(shown),
        risks=risks[:MOST_RISKS],
        risk_count=len(risks),
        findings=dossier.findings[:MOST_FINDINGS],
        more_findings=max(len(dossier.findings) - MOST_FINDINGS, 0),
        exceptions=_exceptions(decision),
        conditions=conditions[:MOST_WARNINGS],
        more_conditions=max(len(conditions) - MOST_WARNINGS, 0),
        consent=_consent(decision),
        approvals=_approvals(decision),
        review=review,
        questions=tuple(questions[:MOST_QUESTIONS]),
        more_questions=max(len(questions) - MOST_QUESTIONS, 0),
        unknown=_unknown(decision, blocking),
        digests=(
            ("Decision", f"{decision.id} {decision_digest}"),
            ("Release", decision.release),
            ("Policy", decision.policy),
            ("Assessment", decision.assessment),
            ("Evidence considered", decision.evidence_set),
        ),
    )


def residual_risks(dossier: Dossier) -> tuple[ResidualRisk, ...]:
    """Return every risk with how far what counters it is shown to work, the gravest and least countered first."""
    made = []
    for one in dossier.assessment.risks:
        threat = one.risk.threat
        countering = {
            c.control.id for c in dossier.policy.controls if threat is not None and threat in c.control.threats
        }
        by_control = _by_control(dossier, countering)
        held = sum(all(o is RuleOutcome.PASS for o in outcomes) for outcomes in by_control.values())
        refuted = sum(RuleOutcome.FAIL in outcomes for outcomes in by_control.values())
        made.append(
            ResidualRisk(
                id=one.risk.id, statement=one.risk.statement, tier=one.tier, held=held, refuted=refuted,
                open=len(by_control) - held - refuted,
            )
        )  # fmt: skip
    return tuple(sorted(made, key=lambda r: (-r.tier.rank, -r.refuted, -r.open, r.id)))


def _by_control(dossier: Dossier, ids: set[str]) -> Mapping[str, list[RuleOutcome]]:
    found: dict[str, list[RuleOutcome]] = {}
    for result in dossier.decision.results:
        if result.control in ids and result.outcome not in (RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING):
            found.setdefault(result.control, []).append(result.outcome)
    return found


_GRAVITY = {RuleOutcome.FAIL: 0, RuleOutcome.ERROR: 1, RuleOutcome.UNDERPOWERED: 2, RuleOutcome.STALE: 3}


def _weight(dossier: Dossier, result: RuleResult) -> tuple[int, int, int, str]:
    """Order findings: refuted first, then those whose control counters the most and gravest risks."""
    control = next((c.control for c in dossier.policy.controls if c.control.id == result.control), None)
    threats = set(control.threats) if control is not None else set()
    carried = [one.tier.rank for one in dossier.assessment.risks if one.risk.threat in threats]
    return (_GRAVITY.get(result.outcome, 4), -max(carried, default=0), -len(carried), result.rule)


def _matter(dossier: Dossier, result: RuleResult) -> tuple[Part, ...]:
    parts = finding(dossier, result)
    return parts[:1] if parts else (gap_of(result),)


def _changed(dossier: Dossier) -> tuple[str, ...]:
    """Say what changed since the decision before: on this same release, or else on another one."""
    if dossier.before is not None:
        again = f"The release is the same as on {day_text(dossier.before.decided_at)}, when it was decided on last."
        return (again, *_since(dossier.before, dossier.decision))
    if dossier.previous is None or not dossier.changes:
        return ("This is the first decision on this system in this ledger.",)
    said_of = [_change(one) for one in dossier.changes[0].components]
    said_of += ["The manifest states other facts about the system."] if dossier.changes[0].facts_changed else []
    more = len(said_of) - MOST_CHANGES
    tail = [f"And {more} more changes."] if more > 0 else []
    return (*said_of[:MOST_CHANGES], *tail, *_since(dossier.previous, dossier.decision))


def _since(earlier: GateDecision, decision: GateDecision) -> tuple[str, ...]:
    before = {r.rule: r.outcome for r in earlier.results}
    better = [
        r
        for r in decision.results
        if r.outcome is RuleOutcome.PASS and before.get(r.rule, r.outcome) is not RuleOutcome.PASS
    ]
    worse = [r for r in decision.results if is_owed(r) and before.get(r.rule) is RuleOutcome.PASS]
    same = (
        "The verdict is the same as then"
        if earlier.verdict is decision.verdict
        else f"The verdict then was {earlier.verdict.value.replace('_', ' ')}"
    )
    counts = (
        f"{same}. Rules that hold now and did not then: {len(better)}; that held then and do not now: {len(worse)}."
    )
    recalled = sorted(
        {u.id for r in decision.results for u in r.evidence if u.validity is Validity.RECALLED}
        - {u.id for r in earlier.results for u in r.evidence if u.validity is Validity.RECALLED}
    )
    taken = [f"Recalled since, so that it counts no more: {', '.join(recalled[:3])}."] if recalled else []
    return (counts, *taken, *(f"No longer holds: {r.title}." for r in worse[:3]))


def _change(change: ComponentChange) -> str:
    files = f" ({len(change.files)} files)" if len(change.files) > 1 else ""
    return f"{change.kind.value.capitalize()} `{change.key}` {change.change}{files}."


def _exceptions(decision: GateDecision) -> tuple[MemoException, ...]:
    return tuple(
        MemoException(
            id=one.id, digest=one.digest, rules=one.waived or one.rules, effective=one.effective,
            reason=one.reason or one.reason_code.value.replace("_", " "), ends_at=one.expires_at,
            requested_by=one.requested_by, approved_by=one.consent.approvers,
        )
        for one in decision.exceptions
    )  # fmt: skip


def _conditions(dossier: Dossier) -> tuple[MemoCondition, ...]:
    consent = dossier.decision.consent
    owner = said(dossier.system.get("owner")) or "nobody is named"
    made = [
        MemoCondition(text=one.text, owed_by=owner, due=one.due)
        for one in (consent.conditions if consent is not None else ())
    ]
    warned = [r for r in dossier.decision.results if is_owed(r) and r.severity is Severity.WARN]
    made += [
        MemoCondition(
            text=f"{r.title}: {OUTCOME_WORD[r.outcome].lower()}", owed_by=gap_of(r).who.replace("_", " "), due=None
        )
        for r in warned
    ]
    return tuple(made)


def _consent(decision: GateDecision) -> str:
    if decision.consent is None:
        return "No governance file says whose consent this release needs. Nobody's consent is on record."
    return f"{decision.consent.state.value.replace('_', ' ').capitalize()}: {decision.consent.reason}"


def _approvals(decision: GateDecision) -> tuple[str, ...]:
    if decision.consent is None:
        return ()
    counted = tuple(
        f"{one.approver} as {one.role.replace('_', ' ')}: "
        + ("counts" if one.counts else f"does not count, {one.reason}")
        for one in decision.consent.approvals
    )
    missing = tuple(f"still missing: {role.replace('_', ' ')}" for role in decision.consent.missing)
    return counted + missing


def _unknown(decision: GateDecision, blocking: Sequence[RuleResult]) -> tuple[str, ...]:
    words = {
        RuleOutcome.MISSING: "No evidence, or a fact that is not stated",
        RuleOutcome.STALE: "Evidence that no longer counts",
        RuleOutcome.UNDERPOWERED: "Too few samples to tell",
        RuleOutcome.ERROR: "Could not be evaluated",
    }
    told = []
    for outcome, text in words.items():
        mine = sorted({r.title for r in blocking if r.outcome is outcome})
        if mine:
            names = "; ".join(mine[:4]) + (f"; and {len(mine) - 4} more" if len(mine) > 4 else "")
            told.append(f"{text} ({len(mine)} blocking): {names}.")
    told.append(
        "What no control asks about was not looked at, and what the manifest states was not checked beyond the rules."
    )
    return tuple(told)
