"""Decides what becomes of a statement, by matching alone. Same text and packs, same answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from roadworthy.core.severity import RiskTier, Severity
from roadworthy.policy.drafting.disposition import Covered, Disposition, NotARequirement, NotTranslated, Proposed
from roadworthy.policy.drafting.doubts import doubts_of
from roadworthy.policy.drafting.matching import ControlIndex, Nearest, Shown, topics_in
from roadworthy.policy.drafting.modality import find
from roadworthy.policy.drafting.objective import objective_of
from roadworthy.policy.drafting.rules import Candidate, candidate
from roadworthy.policy.drafting.statement import Language, Modality, Statement
from roadworthy.policy.drafting.statements import MAX_TEXT
from roadworthy.policy.drafting.words.topic import Topic
from roadworthy.policy.drafting.words.wording import ACTORS, NOT_NEEDED, VAGUE
from roadworthy.policy.model import Area, Control, EvidenceCheck, FactCheck, Link, MeasureCheck, Rule

COVERED_FROM = 0.5
"""Share of a statement's telling weight from which a control on the same topic is taken to cover it."""

_MOST_LINKS = 2
_STRONGEST_LINK = 3
_HIGH = re.compile(
    r"\bhigh[- ]risk|\bcritical (?:systems?|models?)|\btier 1\b|hochrisiko\w*|haut risque|kritische\w* system",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:it|them|this|these|its|es|sie|ihn|diese[rsn]?|le|la|les|celui-ci)\b", re.IGNORECASE)
_CANNOT = re.compile(r"\b(?:cannot|can not|can['’]t|kann nicht|können nicht|ne peu(?:t|vent) pas)\b", re.IGNORECASE)
_NOT_NEEDED = re.compile(NOT_NEEDED, re.IGNORECASE)
_NO_REQUIREMENT = {
    Modality.PERMISSION: "it gives leave and asks for nothing",
    Modality.RECOMMENDATION: "it advises and does not bind",
    Modality.DEFINITION: "it says what a word means",
    Modality.CONTEXT: "it asks for nothing",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is known when a statement is decided on."""

    pack: str
    """Name of the pack in the making."""

    title: str
    """Of the document."""

    index: ControlIndex
    lint_rules: Sequence[str] = ()
    """Ids of the rules that ``rw lint`` has."""


def dispose(
    statement: Statement, reading: Reading, *, before: Statement | None = None, exceptions: Sequence[int] = ()
) -> Disposition:
    """Return what becomes of ``statement``.

    Args:
        statement: The statement.
        reading: The pack in the making and the controls that there are.
        before: The statement before it in the same sentence, for what *it* means; None where there is none.
        exceptions: Lines with exceptions to it.
    """
    if not statement.modality.binds:
        return NotARequirement(because=_why_none(statement))
    if len(statement.text) >= MAX_TEXT:
        return _too_long()
    vague = tuple(dict.fromkeys(found.group().casefold() for found in VAGUE.finditer(statement.text)))
    duty, is_of_duty = duty_topics(statement, before=before)
    shown = _rate_first(statement, without_vague(duty, vague))
    nearest = reading.index.nearest(statement, shown)
    if not shown:
        return _untranslated(statement, vague, nearest)
    near = _same_topic(shown, nearest, reading.index)
    found = candidate(statement, shown, near=near)
    if found is None:
        return _untranslated(statement, vague, nearest)
    doubts = doubts_of(statement, exceptions=exceptions, vague=vague, found=found)
    covering = _covering(shown, nearest, found, reading.index) if is_of_duty else None
    if covering is not None:
        return _covered(covering, doubts=doubts)
    proposed = _proposed(statement, shown, found, nearest, near=near, reading=reading, doubts=doubts)
    return proposed if is_of_duty else replace(proposed, confidence=round(proposed.confidence / 2, 2))


def _why_none(statement: Statement) -> str:
    if statement.is_unseen:
        duty = "; it holds words of duty" if find(statement.text)[0].binds else ""
        return f"it stands in code, in a comment or before the text{duty}"
    if statement.modality is Modality.CONTEXT and _CANNOT.search(statement.text) is not None:
        return "it says what something cannot do, which may be words of duty"
    if statement.modality is Modality.PERMISSION and _NOT_NEEDED.search(statement.text) is not None:
        return "it says what need not be done, in words of duty"
    return "it takes something out of a rule" if statement.is_exception else _NO_REQUIREMENT[statement.modality]


def duty_topics(statement: Statement, *, before: Statement | None) -> tuple[tuple[Shown, ...], bool]:
    """Return the topics of what must be done, and whether they are its own.

    Topics of its actor, of its conditions, or of what *it* stands for count only where the duty
    itself shows none; a control is never taken to cover a statement by them.
    """
    duty = statement.text
    actor = statement.actor if ACTORS.search(statement.actor) is not None else ""
    for part in (actor, *statement.conditions):
        duty = duty.replace(part, " ", 1) if part else duty
    shown = topics_in(duty)
    if shown:
        return shown, True
    if before is not None and _PRONOUN.search(duty) is not None:
        return duty_topics(before, before=None)
    return topics_in(statement.text), False


def _rate_first(statement: Statement, shown: tuple[Shown, ...]) -> tuple[Shown, ...]:
    """Put the topics that a run can show first where the statement names a share: the share is of those."""
    if not any(quantity.kind == "share" for quantity in statement.quantities):
        return shown
    return tuple(sorted(shown, key=lambda one: not one.topic.category))


def without_vague(shown: Iterable[Shown], vague: Sequence[str]) -> tuple[Shown, ...]:
    """Return the topics that more shows than the vague words: *must be robust* names no test."""
    return tuple(
        one for one in shown if any(not any(word in doubt or doubt in word for doubt in vague) for word in one.words)
    )


def _too_long() -> NotTranslated:
    return NotTranslated(
        reason="too_long",
        because=f"it is longer than {MAX_TEXT} characters, which no reader takes for one rule",
        question="Which single rules is this meant to set? Write one sentence for each.",
    )


def _untranslated(statement: Statement, vague: Sequence[str], nearest: Sequence[Nearest]) -> NotTranslated:
    if vague:
        words = ", ".join(f"“{word}”" for word in vague)
        return NotTranslated(
            reason="vague",
            because=f"two reviewers may differ on {words}, and nothing else in it can be checked",
            words=tuple(vague),
            question=f"What would have to be seen, and how often or how much of it, for {words} to be met?",
            nearest=tuple(nearest[:2]),
        )
    return NotTranslated(
        reason="unknown",
        because="it is about nothing that a run, a fact of the manifest or a known document shows",
        question="What would show a reviewer that this is met: a document, a review, a measurement or a setting?",
        nearest=tuple(nearest[:2]),
    )


def _same_topic(shown: Sequence[Shown], nearest: Sequence[Nearest], index: ControlIndex) -> Control | None:
    """Return the nearest control that shows the statement's main topic."""
    main = shown[0].topic
    on_it = [index.controls[one.control] for one in nearest if main.name in index.topics[one.control]]
    # A control of another area shares the word and not the matter: the approval of a payment is none of a release.
    return next((control for control in on_it if control.area is main.area or _serves(control, main)), None)


def _serves(control: Control, topic: Topic) -> bool:
    return any(isinstance(r.require, EvidenceCheck) and r.require.type == topic.evidence for r in control.rules)


def _covering(
    shown: Sequence[Shown], nearest: Sequence[Nearest], found: Candidate, index: ControlIndex
) -> Nearest | None:
    """Return the control that asks for the same: on the main topic, by the same kind of proof, no number left open."""
    if found.adds or not nearest:
        return None
    for one in nearest:
        control = index.controls[one.control]
        if one.score < COVERED_FROM or _same_topic(shown, [one], index) is None:
            continue
        if any(_is_same(rule.require, found) for rule in control.rules):
            return one
    return None


def _is_same(check: object, found: Candidate) -> bool:
    match check, found.check:
        case EvidenceCheck(type=has), EvidenceCheck(type=wants):
            return has == wants
        case MeasureCheck(category=has), MeasureCheck(category=wants):
            return has == wants
        case FactCheck(), EvidenceCheck():
            # A topic that no document is known for is one that the manifest itself answers.
            return found.is_guess
        case _:
            return False


def _covered(one: Nearest, *, doubts: tuple[str, ...]) -> Covered:
    return Covered(
        by_control=one.control,
        confidence=one.score,
        because=one.because,
        needs_you=(f"read {one.control} and confirm that it asks for no less", *doubts),
    )


def _proposed(
    statement: Statement,
    shown: Sequence[Shown],
    found: Candidate,
    nearest: Sequence[Nearest],
    *,
    near: Control | None,
    reading: Reading,
    doubts: tuple[str, ...],
) -> Proposed:
    links = _links(near, nearest)
    control = _control(statement, shown, found, near=near, links=links, reading=reading)
    check = found.check
    main = shown[0].topic
    needs = (
        *(("write the objective in English",) if statement.language is not Language.ENGLISH else ()),
        *(() if links else ("name a requirement of a framework that it serves",)),
        *found.needs_you,
        *(f"condition: {text}" for text in statement.conditions[:3]),
        *doubts,
    )
    return Proposed(
        control=control,
        confidence=confidence(shown, nearest, near=near),
        because=tuple(word for one in shown[:4] for word in one.words[:3]),
        topic=main.name,
        tests=tuple(dict.fromkeys(one.topic.category for one in shown if one.topic.category)),
        lint=lint_rules_for(shown, reading.lint_rules),
        evidence=tuple(
            dict.fromkeys(
                ([check.type] if isinstance(check, EvidenceCheck) else [])
                + [one.topic.evidence for one in shown[:3] if one.topic.evidence]
            )
        ),
        monitor=next((one.topic.monitor for one in shown if one.topic.monitor), ""),
        guard=next((one.topic.guard for one in shown if one.topic.guard), ""),
        nearest=tuple(nearest[:3]),
        needs_you=needs,
    )


def confidence(shown: Sequence[Shown], nearest: Sequence[Nearest], *, near: Control | None) -> float:
    """Return how clearly the words point one way, in [0, 1]: half by topic, half by a known control on it."""
    clear = shown[0].weight / sum(one.weight for one in shown)
    share = next((one.score for one in nearest if near is not None and one.control == near.id), 0.0)
    return round(0.5 * clear + 0.5 * share, 2)


def lint_rules_for(shown: Iterable[Shown], rules: Sequence[str]) -> tuple[str, ...]:
    """Return the ids among ``rules`` that the topics' patterns name; ``secret/*`` names every rule of that area."""
    patterns = [re.compile(re.escape(p).replace(r"\*", ".*")) for one in list(shown)[:2] for p in one.topic.lint]
    return tuple(rule for rule in rules if any(pattern.fullmatch(rule) for pattern in patterns))[:6]


def area_of(shown: Sequence[Shown], near: Control | None) -> Area:
    """Return the area that the topics speak for most; the main topic's where two weigh alike."""
    weights: dict[Area, float] = {}
    for one in shown:
        weights[one.topic.area] = weights.get(one.topic.area, 0.0) + one.weight
    if near is not None:
        weights[near.area] = weights.get(near.area, 0.0) + 0.3
    main = shown[0].topic.area
    return max(weights, key=lambda area: (round(weights[area], 6), area is main))


def _control(
    statement: Statement,
    shown: Sequence[Shown],
    found: Candidate,
    *,
    near: Control | None,
    links: tuple[Link, ...],
    reading: Reading,
) -> Control:
    topic = shown[0].topic
    area = area_of(shown, near)
    of_area = next((one.topic for one in shown if one.topic.area is area), topic)
    clause = statement.place.clause
    at = f"clause {clause}" if clause else f"line {statement.place.line}"
    id_ = f"{reading.pack}/{slug(clause, topic.name)}"
    return Control(
        id=id_,
        title=f"{topic.name[:1].upper()}{topic.name[1:]}, {at}",
        objective=objective_of(statement),
        why=f"{reading.title}, {at}, asks for it.",
        area=area,
        type=of_area.type,
        stage=of_area.stage,
        tiers=_tiers(statement, near),
        links=links,
        rules=(
            Rule(
                id=f"{id_}-met",
                require=found.check,
                severity=Severity.BLOCK,
                message=f"Nothing shows that {at} of {reading.title} is met: {topic.name}.",
                remediation=_remediation(found.check),
            ),
        ),
    )


def _tiers(statement: Statement, near: Control | None) -> tuple[RiskTier, ...]:
    if _HIGH.search(statement.text) is not None:
        return (RiskTier.HIGH, RiskTier.CRITICAL)
    return near.tiers if near is not None else (RiskTier.LIMITED, RiskTier.HIGH, RiskTier.CRITICAL)


def _remediation(check: object) -> str:
    match check:
        case MeasureCheck(category=category):
            return f"Run an evaluation task of the category {category} with `rw eval run`, and mend what it finds."
        case EvidenceCheck(type=type_):
            return f"Make {type_} and record it with `rw attest`."
        case _:
            return "State the fact in roadworthy.yaml, or change the system so that it holds."


def _links(near: Control | None, nearest: Sequence[Nearest]) -> tuple[Link, ...]:
    """Return the links of the nearest control on the topic, weakened: they are guesses until a person reviews them."""
    if near is None:
        return ()
    shared = next((one.because for one in nearest if one.control == near.id), ())
    words = ", ".join(shared[:3])
    return tuple(
        Link(
            framework=link.framework,
            id=link.id,
            relation="intersects",
            rationale=f"Guessed from {near.id}, which links to it and shares: {words}.",
            strength=min(link.strength, _STRONGEST_LINK),
            status="proposed",
        )
        for link in sorted(near.links, key=lambda link: -link.strength)[:_MOST_LINKS]
    )


def slug(clause: str, name: str) -> str:
    """Return the part of an id after the pack's name.

    >>> slug("4.2(b)", "personal data"), slug("§ 3", "owner"), slug("", "owner")
    ('4-2-b-personal-data', '3-owner', 'owner')
    """
    return re.sub(r"[^a-z0-9]+", "-", f"{clause} {name}".casefold()).strip("-")[:80]
