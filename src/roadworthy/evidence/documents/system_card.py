"""The system card: what the system is, what it was shown to do, and what was not shown. Every figure cites evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from roadworthy.core.digest import Digest, JsonValue
from roadworthy.core.evidence import Evidence
from roadworthy.core.subject import STRICT
from roadworthy.evidence.documents.claim import Citations, Claim
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
    day_text,
    is_owed,
    outcome_tone,
    verdict_meaning,
)
from roadworthy.gates.model import GateDecision, RuleOutcome
from roadworthy.inventory.release import ComponentVersion, Release

NOT_STATED = "not stated"

MAX_REASONS = 4
"""Reasons for the tier that the card shows; the gravest stand first, and all stand in the assessment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardComponent:
    """One component, for the table."""

    __pydantic_config__: ClassVar = STRICT

    key: str
    type: str
    pin: str
    """How exactly a hosted model is named; empty for everything else."""

    digest: Digest
    uses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limitation:
    """Something that was shown not to hold, or was not shown to hold."""

    __pydantic_config__: ClassVar = STRICT

    title: str
    word: str
    tone: Tone
    reason: str
    rule: str
    excepted: str = ""
    """What lets the release through although this does not hold; empty where nothing does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A stated fact, or that it is not stated."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    values: tuple[str, ...]
    """Empty when the team has not stated it: that is shown, never left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemCard:
    """Everything that the system card shows, and its JSON form."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/system-card/v1"] = "roadworthy/system-card/v1"
    name: str
    system: str
    version: str
    purpose: str
    release: Digest
    decision: str
    verdict: str
    tone: Tone
    meaning: str
    decided_at: str
    valid_until: str
    use: tuple[Fact, ...]
    """Intended use, out-of-scope use, foreseeable misuse."""

    people: tuple[Fact, ...]
    """Who uses it, who is affected, where, in which languages, on what data."""

    oversight: tuple[Fact, ...]
    """What it may do alone, and where people stand."""

    contact: tuple[Fact, ...]
    tier: str
    tier_headline: str
    tier_reasons: tuple[str, ...]
    legal: tuple[str, ...]
    components: tuple[CardComponent, ...]
    claims: tuple[Claim, ...]
    """Every measured figure."""

    panels: tuple[ForestPanel, ...]
    held: tuple[str, ...]
    """Titles of the controls that were judged and hold without a measurement."""

    limitations: tuple[Limitation, ...]
    consent: ConsentView = NOBODY_ASKED
    exceptions: tuple[ExceptionRow, ...] = ()
    """Those that let something through."""

    risks: tuple[str, ...]


def system_card_of(
    decision: GateDecision,
    *,
    release: Release,
    system: Mapping[str, JsonValue],
    assessment: Mapping[str, JsonValue],
    evidence: tuple[Evidence, ...],
) -> SystemCard:
    """Return the card of the system as it was decided on.

    Args:
        decision: What was decided.
        release: The release that it was decided on.
        system: The manifest's ``system``, in plain form.
        assessment: The risk assessment, in plain form.
        evidence: Everything that was considered.

    Raises:
        EvidenceError: If a figure is not in evidence that the decision counted.
    """
    citations = Citations(decision, evidence)
    measured = tuple(
        Measured(result=r, judged=j, claim=citations.measured(r, j))
        for r in decision.results
        for j in r.judged
        if j.assessed
    )
    return SystemCard(
        name=_text(system.get("name")) or decision.system,
        system=decision.system,
        version=decision.version,
        purpose=_text(system.get("purpose")) or NOT_STATED,
        release=decision.release,
        decision=decision.id,
        verdict=VERDICT_WORD[decision.verdict],
        tone=VERDICT_TONE[decision.verdict],
        meaning=verdict_meaning(decision),
        decided_at=day_text(decision.decided_at),
        valid_until=day_text(decision.valid_until),
        use=_facts(system, "intended_use", "out_of_scope_use", "foreseeable_misuse"),
        people=_facts(system, "users", "affected_groups", "markets", "languages", "data_classes"),
        oversight=_facts(system, "autonomy", "decision_effect", "human_oversight"),
        contact=_facts(system, "owner", "accountable_executive"),
        tier=decision.tier.value,
        tier_headline=_text(assessment.get("headline")),
        tier_reasons=_tier_reasons(assessment),
        legal=_legal(assessment),
        components=tuple(_component(c) for c in release.components),
        claims=tuple(m.claim for m in measured),
        panels=forest(measured),
        held=_held(decision),
        limitations=_limitations(decision),
        consent=consent_view(decision),
        exceptions=tuple(row for row in exception_rows(decision) if row.lets_through),
        risks=_risks(assessment),
    )


def _held(decision: GateDecision) -> tuple[str, ...]:
    """Return the controls of which something was judged, without a measurement, and nothing is owed."""
    owed = {r.control for r in decision.results if is_owed(r)}
    passed = {(r.control, r.title) for r in decision.results if r.outcome is RuleOutcome.PASS and not r.judged}
    return tuple(sorted(title for control, title in passed if control not in owed))


def _limitations(decision: GateDecision) -> tuple[Limitation, ...]:
    return tuple(
        Limitation(
            title=r.title,
            word=OUTCOME_WORD[r.outcome],
            tone=outcome_tone(r.outcome, r.severity),
            reason=r.reason,
            rule=r.rule,
            excepted=excepted_text(r, decision),
        )
        for r in decision.results
        if is_owed(r)
    )


def _component(component: ComponentVersion) -> CardComponent:
    pin = component.pin or ""
    return CardComponent(
        key=component.key,
        type=component.type.replace("_", " "),
        pin="unpinned: reached by an alias" if pin == "alias" else pin,
        digest=component.digest,
        uses=component.uses,
    )


_NAMES = {
    "out_of_scope_use": "Not to be used for",
    "affected_groups": "People affected",
    "data_classes": "Kinds of data",
    "decision_effect": "Effect of its output",
}
_WORDS = {
    "autonomy": {
        "assists": "Suggests; a person does the work",
        "approved_actions": "Acts after a person agreed to the act",
        "supervised": "Acts; a person watches and can stop it",
        "autonomous": "Acts; nobody watches each act",
    },
    "decision_effect": {
        "informs": "Informs people",
        "recommends": "Recommends to people",
        "decides": "Decides about people",
        "acts": "Acts in the world",
    },
    "human_oversight": {
        "in": "In the loop: a person agrees to each decision",
        "on": "On the loop: a person watches and can step in",
        "over": "Over the loop: a person sets bounds and reviews",
        "none": "None",
    },
}


def _facts(system: Mapping[str, JsonValue], *names: str) -> tuple[Fact, ...]:
    made = []
    for name in names:
        value = system.get(name)
        listed = value if isinstance(value, list | tuple) else [value]
        words = _WORDS.get(name, {})
        values = tuple(words.get(_text(v), _text(v).replace("_", " ")) for v in listed if _text(v))
        made.append(Fact(name=_NAMES.get(name, name.replace("_", " ").capitalize()), values=values))
    return tuple(made)


def _legal(assessment: Mapping[str, JsonValue]) -> tuple[str, ...]:
    return tuple(
        f"{_text(item.get('title'))}: {_text(item.get('outcome_title'))}. {_text(item.get('rationale'))}"
        for item in _objects(assessment, "legal")
    )


def _risks(assessment: Mapping[str, JsonValue]) -> tuple[str, ...]:
    made = []
    for item in _objects(assessment, "risks"):
        risk = item.get("risk")
        if isinstance(risk, dict):
            made.append(f"{_text(risk.get('statement'))} ({_text(item.get('tier'))})")
    return tuple(made)


def _tier_reasons(assessment: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Return the first reasons for the tier, each with the risk that it is about, and how many more there are."""
    titles = {
        _text(risk.get("id")): _text(risk.get("statement")).partition(":")[0]
        for item in _objects(assessment, "risks")
        if isinstance(risk := item.get("risk"), dict)
    }
    made = []
    for step in _objects(assessment, "steps"):
        title = titles.get(_text(step.get("rule")).partition("/")[2], "")
        made.append(f"{title}: {_text(step.get('because'))}" if title else _text(step.get("because")))
    more = len(made) - MAX_REASONS
    tail = (f"{more} more reasons stand in the risk assessment",) if more > 0 else ()
    return (*made[:MAX_REASONS], *tail)


def _objects(record: Mapping[str, JsonValue], name: str) -> list[dict[str, JsonValue]]:
    value = record.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list | tuple) else []


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""
