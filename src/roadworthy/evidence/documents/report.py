"""The decision report: what a reader needs to understand one decision, worst first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

from roadworthy.core.digest import Digest
from roadworthy.core.evidence import Evidence
from roadworthy.core.severity import Severity
from roadworthy.core.subject import STRICT
from roadworthy.evidence.documents.claim import Citations
from roadworthy.evidence.documents.forest import ForestPanel, Measured, forest
from roadworthy.evidence.documents.oversight import (
    NOBODY_ASKED,
    ConsentView,
    ExceptionRow,
    consent_view,
    excepted_text,
    exception_rows,
)
from roadworthy.evidence.documents.wording import (
    OUTCOME_WORD,
    VERDICT_TONE,
    VERDICT_WORD,
    Tone,
    age_text,
    day_text,
    is_owed,
    outcome_tone,
    validity_word,
    verdict_meaning,
)
from roadworthy.gates.model import GateDecision, RuleOutcome, RuleResult, UsedEvidence, Validity
from roadworthy.gates.oversight.consenting import exceptions_digest, moved_bars
from roadworthy.inventory.release import Release
from roadworthy.policy.frameworks.known import FRAMEWORKS


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One rule with its explanation."""

    rule: str
    title: str
    area: str
    severity: str
    word: str
    tone: Tone
    reason: str
    requirement: str
    remediation: str
    command: str
    who_may_waive: tuple[str, ...]
    serves: tuple[str, ...]
    evidence: tuple[str, ...]
    bar_moved: bool
    needed: str
    """How many more samples would decide it; empty when that is not the question."""

    excepted: str = ""
    """What lets it through although it does not hold, in a sentence; empty where nothing does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    """Rules that came out alike."""

    anchor: str
    title: str
    hint: str
    tone: Tone
    rows: tuple[RuleRow, ...]
    folded: bool
    """Whether a reader in a hurry may skip it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """One piece of evidence that the decision looked at."""

    id: str
    digest: Digest
    type: str
    age: str
    word: str
    tone: Tone
    reason: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """Something to do now, and the rules that it would settle."""

    text: str
    command: str
    rule: str
    title: str
    tone: Tone
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that the decision report shows."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/decision-report/v1"] = "roadworthy/decision-report/v1"
    decision: str
    system: str
    version: str
    tier: str
    word: str
    tone: Tone
    meaning: str
    summary: str
    decided_at: str
    valid_until: str
    tallies: tuple[tuple[str, int, Tone], ...]
    """Label, number of rules and tone, worst first."""

    consent: ConsentView = NOBODY_ASKED
    exceptions: tuple[ExceptionRow, ...] = ()
    """Those that let something through first."""

    moved_bars: tuple[str, ...] = ()
    """Rules whose bar was loosened after a run was registered."""

    steps: tuple[NextStep, ...]
    panels: tuple[ForestPanel, ...]
    groups: tuple[RuleGroup, ...]
    evidence: tuple[EvidenceRow, ...]
    digests: tuple[tuple[str, str, Digest], ...]
    """Name, what it is over, and digest of everything that the decision is a function of."""

    components: tuple[tuple[str, str, Digest], ...]
    """Key, type and digest."""

    evaluator: str


def report_of(decision: GateDecision, *, release: Release, evidence: tuple[Evidence, ...]) -> Report:
    """Return the report of ``decision``.

    Raises:
        EvidenceError: If a measured figure is not in evidence that the decision counted,
            or such evidence is not the one given: then nothing is generated.
    """
    citations = Citations(decision, evidence)
    measured = tuple(
        Measured(result=r, judged=j, claim=citations.measured(r, j))
        for r in decision.results
        for j in r.judged
        if j.assessed
    )
    groups = _groups(decision)
    return Report(
        decision=decision.id,
        system=decision.system,
        version=decision.version,
        tier=decision.tier.value,
        word=VERDICT_WORD[decision.verdict],
        tone=VERDICT_TONE[decision.verdict],
        meaning=verdict_meaning(decision),
        summary=decision.summary,
        decided_at=day_text(decision.decided_at),
        valid_until=day_text(decision.valid_until),
        tallies=tuple((group.title, len(group.rows), group.tone) for group in groups),
        consent=consent_view(decision),
        exceptions=exception_rows(decision),
        moved_bars=moved_bars(decision.results),
        steps=_steps(decision),
        panels=forest(measured),
        groups=groups,
        evidence=_evidence_rows(decision),
        digests=_digests(decision),
        components=tuple((c.key, c.type.replace("_", " "), c.digest) for c in release.components),
        evaluator=decision.evaluator,
    )


_Belongs = Callable[[RuleResult], bool]
_GROUPS: tuple[tuple[str, str, str, Tone, _Belongs], ...] = (
    (
        "refuted",
        "Refuted",
        "Blocking rules that the evidence shows do not hold.",
        Tone.BAD,
        lambda r: r.severity is Severity.BLOCK and r.outcome is RuleOutcome.FAIL and not r.exceptions,
    ),
    (
        "undecided",
        "Could not be judged",
        "Blocking rules with no evidence, too little, or evidence that is no longer about this release.",
        Tone.UNKNOWN,
        lambda r: r.severity is Severity.BLOCK and is_owed(r) and not r.exceptions,
    ),
    (
        "excepted",
        "Let through by exception",
        "Do not hold. People approved that this release ships without them until a day.",
        Tone.OWED,
        lambda r: bool(r.exceptions),
    ),
    (
        "owed",
        "Warnings owed",
        "Do not block the release, but have to be dealt with.",
        Tone.OWED,
        lambda r: r.severity is Severity.WARN and is_owed(r),
    ),
    ("noted", "Noted", "Shown; change nothing.", Tone.QUIET, is_owed),
    ("holds", "Holds", "Rules that were judged and hold.", Tone.GOOD, lambda r: r.outcome is RuleOutcome.PASS),
    ("idle", "Not in effect", "Do not apply to this release, or not yet.", Tone.QUIET, lambda _: True),
)


def _groups(decision: GateDecision) -> tuple[RuleGroup, ...]:
    left = list(decision.results)
    made = []
    for anchor, title, hint, tone, belongs in _GROUPS:
        mine = [result for result in left if belongs(result)]
        left = [result for result in left if not belongs(result)]
        if mine:
            rows = tuple(_rule_row(result, decision) for result in mine)
            folded = anchor in {"holds", "idle", "noted"}
            made.append(RuleGroup(anchor=anchor, title=title, hint=hint, tone=tone, rows=rows, folded=folded))
    return tuple(made)


def _rule_row(result: RuleResult, decision: GateDecision) -> RuleRow:
    return RuleRow(
        rule=result.rule,
        title=result.title,
        area=result.area.value.replace("_", " "),
        severity=result.severity.value,
        word=OUTCOME_WORD[result.outcome],
        tone=outcome_tone(result.outcome, result.severity),
        reason=result.reason,
        requirement=result.requirement,
        remediation=result.remediation,
        command=result.command,
        who_may_waive=result.who_may_waive,
        serves=tuple(f"{FRAMEWORKS[link.framework].title}, {link.id} ({link.status})" for link in result.serves),
        evidence=tuple(u.id for u in result.evidence if u.validity is Validity.VALID),
        bar_moved=result.bar_moved,
        needed=_needed(result),
        excepted=excepted_text(result, decision),
    )


def _needed(result: RuleResult) -> str:
    most = max((j.needed for j in result.judged if j.needed is not None), default=None)
    return f"about {most} more samples would decide it" if most else ""


def _steps(decision: GateDecision) -> tuple[NextStep, ...]:
    excepted = {r.rule for r in decision.results if r.exceptions}
    rules = _of_rules(decision)
    return (
        *(step for step in rules if step.rule not in excepted),
        *_of_consent(decision),
        *(step for step in rules if step.rule in excepted),
    )


def _of_consent(decision: GateDecision) -> tuple[NextStep, ...]:
    view = consent_view(decision)
    if not view.command:
        return ()
    text = f"Have the release approved: {view.reason}"
    return (NextStep(text=text, command=view.command, rule="", title=view.word, tone=view.tone, word="Consent"),)


def _of_rules(decision: GateDecision) -> tuple[NextStep, ...]:
    return tuple(
        NextStep(
            text=r.remediation,
            command=r.command,
            rule=r.rule,
            title=r.title,
            tone=outcome_tone(r.outcome, r.severity),
            word=OUTCOME_WORD[r.outcome],
        )
        for r in decision.results
        if is_owed(r) and r.severity is not Severity.INFO
    )


def _evidence_rows(decision: GateDecision) -> tuple[EvidenceRow, ...]:
    uses: dict[str, list[tuple[UsedEvidence, str]]] = {}
    for result in decision.results:
        for used in result.evidence:
            uses.setdefault(used.id, []).append((used, result.rule))
    rows = []
    for found in uses.values():
        counted = next((u for u, _ in found if u.validity is Validity.VALID), found[0][0])
        good = counted.validity is Validity.VALID
        rows.append(
            EvidenceRow(
                id=counted.id,
                digest=counted.digest,
                type=counted.type,
                age=age_text(counted.age_s),
                word=validity_word(counted.validity),
                tone=Tone.GOOD if good else Tone.UNKNOWN,
                reason=counted.reason,
                rules=tuple(rule for _, rule in found),
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.tone is Tone.GOOD, row.type, row.id)))


def _digests(decision: GateDecision) -> tuple[tuple[str, str, Digest], ...]:
    governance = (("Governance", "who may consent, and by which rules", decision.governance or ""),)
    return (
        ("Release", "every component and the stated facts", decision.release),
        ("Policy", "every rule in force, as tightened", decision.policy),
        ("Assessment", "the risk assessment that gave the tier", decision.assessment),
        ("Facts", "what conditions were asked of", decision.facts),
        ("Evidence", "everything that was considered", decision.evidence_set),
        ("Tasks", "samples and scorers as they were", decision.tasks),
        ("Exceptions", "those that let something through, and what", exceptions_digest(decision.exceptions)),
        *(governance if decision.governance is not None else ()),
    )
