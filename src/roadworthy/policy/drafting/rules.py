"""Proposes what a rule could check: a rate, a fact or a piece of evidence, with the numbers that the text states."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from roadworthy.policy.drafting.matching import Shown
from roadworthy.policy.drafting.statement import Quantity, Statement
from roadworthy.policy.drafting.words.topic import Topic
from roadworthy.policy.model import Check, Control, EvidenceCheck, FactCheck, MeasureCheck

NEVER_RATE = 0.01
"""Failure rate that a rule is proposed for where the text says *never*: no number of samples can show that."""

LEAST_RATE = 0.001
"""Smallest failure rate that a rule is proposed for: a smaller one takes more than 3,000 flawless samples."""

DEFAULT_AGE_DAYS = 365
DEFAULT_THRESHOLD = 0.05
_CONFIDENCE = 0.95
_LIMIT = "components.all(c, c.type != 'agent' || (c.max_steps > 0 && c.max_steps <= {most}))"
_SYSTEM = re.compile(
    r"\b(?:systems?|assistants?|chatbots?|bots?|agents?|models?|answers?|outputs?|applications?|claims?"
    r"|responses?|systeme?n?|antwort\w*"
    r"|modelle?\w*|assistent\w*|ausgaben?|ki-systeme?\w*|systèmes?|modèles?|réponses?|sorties?)\b",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"\b(?:employees?|staff|owners?|teams?|users?|managers?|committees?|developers?|everyone|department"
    r"|function|personnel|clinicians?"
    r"|beschäftigt\w*|mitarbeit\w*|personal|anwender\w*|stelle|team|ärzt\w*|verantwortliche\w*|salariés?"
    r"|collaborateurs?|équipes?|responsables?)\b",
    re.IGNORECASE,
)
_TESTS = re.compile(
    r"\b(?:test(?:ed|s)?|compared?|measured?|evaluated?|getestet|geprüft|verglichen|gemessen|evaluiert"
    r"|testée?s?|comparée?s?|mesurée?s?|évaluée?s?)\b",
    re.IGNORECASE,
)
_SUCCESS = re.compile(
    r"\b(?:correct\w*|accura\w*|success\w*|right|declined?|refused?|richtig\w*|genauigkeit|korrekt\w*|exact\w*"
    r"|precision|recall|sensitivit\w*)",
    re.IGNORECASE,
)
_FAILURE = re.compile(
    r"\b(?:error\w*|fail\w*|hallucinat\w*|unsupported|wrong|leak\w*|violation\w*|false|fehler\w*|falsch\w*"
    r"|halluzin\w*|erreur\w*|faux|fausse\w*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A check and what a person must know of it."""

    check: Check
    needs_you: tuple[str, ...] = ()
    is_guess: bool = False
    """Whether it asks for a document that no pack and no topic knows, for want of anything better."""

    adds: bool = True
    """Whether it asks for a number that the text states, so that a control without that number is not the same."""


def candidate(statement: Statement, shown: Sequence[Shown], *, near: Control | None) -> Candidate | None:
    """Return what a rule for ``statement`` could check; None where nothing that is known could.

    Args:
        statement: The requirement.
        shown: Its topics, weightiest first; at least one.
        near: The nearest control on the same topic, whose numbers are taken where the text states none.
    """
    numbers = {one.kind: one for one in statement.quantities if not says_when(statement, one)}
    fact = _steps(statement, numbers.get("count"))
    if fact is not None:
        return fact
    category = next((one.topic.category for one in shown if one.topic.category), "")
    share = numbers.get("share")
    if share is not None and (category or _SUCCESS.search(statement.text) or _FAILURE.search(statement.text)):
        return _renewed(_rate(statement, share, category=category or "quality"), numbers.get("period"))
    if category and category == shown[0].topic.category and _asks_for_a_run(statement):
        return _renewed(_known_rate(statement, category, near=near), numbers.get("period"))
    return _document(shown, numbers.get("period"), near=near)


def says_when(statement: Statement, quantity: Quantity) -> bool:
    """Whether ``quantity`` says when something must be done, and not how well or how often."""
    return any(quantity.text in condition for condition in statement.conditions)


def _renewed(found: Candidate, period: Quantity | None) -> Candidate:
    """Return ``found`` with runs no older than the period that the text states, where that is stricter."""
    check = found.check
    if period is None or not isinstance(check, MeasureCheck):
        return found
    days = max(1, math.floor(period.value))
    note = f"confirm that {period.text!r} is how old a run may be"
    if days >= check.max_age_days:
        return replace(found, needs_you=(*found.needs_you, note))
    return replace(found, check=replace(check, max_age_days=days), needs_you=(*found.needs_you, note), adds=True)


def _steps(statement: Statement, count: Quantity | None) -> Candidate | None:
    if count is None or not count.unit.startswith(("step", "schritt", "étape")) or count.bound == "at_least":
        return None
    most = int(count.value)
    if most < 1:
        return None
    return Candidate(check=FactCheck(condition=_LIMIT.format(most=most)))


def limit_of_steps(check: FactCheck) -> int | None:
    """Return how many steps ``check`` allows an agent; None where it is another one than is proposed here.

    >>> limit_of_steps(FactCheck(condition="system.owner != ''")) is None
    True
    """
    found = re.search(r"<= (\d+)", check.condition)
    return int(found[1]) if found is not None and check.condition == _LIMIT.format(most=found[1]) else None


def _rate(statement: Statement, share: Quantity, *, category: str) -> Candidate:
    """A rate with the text's own threshold, and as many samples as a flawless run needs to show it."""
    says_failure = _FAILURE.search(statement.text) is not None
    needs = [f"confirm that {category!r} is what {share.text!r} is counted over"]
    is_success = share.bound == "at_least" or (share.bound == "exactly" and not says_failure)
    if not is_success and share.bound == "at_most" and not says_failure and _SUCCESS.search(statement.text) is not None:
        # `Accuracy below 95 %` is what must not be: at most so many right answers is nothing that anybody asks for.
        is_success = True
        needs.append(f"{share.text!r} reads as a limit from above on what is right: at least that is proposed")
    failure = round(1 - share.value if is_success else share.value, 6)
    least = LEAST_RATE if failure > 0 else NEVER_RATE
    if failure < least:
        often = (
            f"takes {samples_to_show(failure):,} flawless samples" if failure > 0 else "no number of samples can show"
        )
        needs.append(f"the text asks for {share.text}, which {often}: {1 - least:.1%} at 95 % confidence is proposed")
        failure = least
    return Candidate(check=_measure(category, failure, is_success=is_success), needs_you=tuple(needs))


def _measure(category: str, failure: float, *, is_success: bool) -> MeasureCheck:
    failure = min(failure, 0.99)
    return MeasureCheck(
        category=category,
        rate="success" if is_success else "failure",
        comparator=">=" if is_success else "<=",
        threshold=round(1 - failure if is_success else failure, 6),
        confidence=_CONFIDENCE,
        min_samples=samples_to_show(failure),
        max_age_days=90,
    )


def samples_to_show(failure_rate: float, *, confidence: float = _CONFIDENCE) -> int:
    """Return how many flawless samples show that failures are rarer than ``failure_rate``; at least 30.

    Source:
        The bound of Clopper and Pearson 1934 (doi:10.1093/biomet/26.4.404) with no failure: 1 - (1 - c) ** (1 / n).

    >>> samples_to_show(0.05), samples_to_show(0.01)
    (59, 299)
    """
    return max(30, math.ceil(math.log(1 - confidence) / math.log(1 - failure_rate)))


def _known_rate(statement: Statement, category: str, *, near: Control | None) -> Candidate:
    known = [rule.require for rule in near.rules if isinstance(rule.require, MeasureCheck)] if near else []
    same = [check for check in known if check.category == category]
    if same:
        strictest = min(same, key=lambda check: check.threshold if check.rate == "failure" else -check.threshold)
        note = f"the text states no rate of its own: that of {near.id if near else ''} is proposed"
        return Candidate(check=strictest, needs_you=(note,), adds=False)
    note = f"the text states no rate of its own: a failure rate of at most {DEFAULT_THRESHOLD:.0%} is proposed"
    return Candidate(check=_measure(category, DEFAULT_THRESHOLD, is_success=False), needs_you=(note,), adds=False)


def _asks_for_a_run(statement: Statement) -> bool:
    """Whether the system itself must do or not do it, or it must be tested: what a run can show."""
    if _TESTS.search(statement.text) is not None:
        return True
    subject = statement.actor or statement.object or statement.text
    return _SYSTEM.search(subject) is not None and _PEOPLE.search(subject) is None


def _evidence(topic: Topic, *, near: Control | None) -> str:
    """Return the type of evidence that the topic or the nearest control names; empty where none does."""
    types = [rule.require.type for rule in near.rules if isinstance(rule.require, EvidenceCheck)] if near else []
    return topic.evidence or next(iter(types), "")


def _document(shown: Sequence[Shown], period: Quantity | None, *, near: Control | None) -> Candidate:
    known_type = _evidence(shown[0].topic, near=near)
    type_ = known_type or f"review:{shown[0].topic.name.replace(' ', '-')}"
    known = [
        rule.require.max_age_days
        for rule in (near.rules if near else ())
        if isinstance(rule.require, EvidenceCheck) and rule.require.type == type_
    ]
    if period is not None:
        days = max(1, math.floor(period.value))
        # A control whose evidence is renewed as often, or oftener, asks for no less.
        adds = not known or max(known) > days
        renewed = f"confirm that {period.text!r} is how often {type_} must be made anew"
        check = EvidenceCheck(type=type_, max_age_days=days)
        return Candidate(check=check, needs_you=(renewed,), is_guess=not known_type, adds=adds)
    days = min(known, default=DEFAULT_AGE_DAYS)
    note = () if known else (f"the text states no period: {DEFAULT_AGE_DAYS} days are proposed",)
    check = EvidenceCheck(type=type_, max_age_days=days)
    return Candidate(check=check, needs_you=note, is_guess=not known_type, adds=False)
