"""The standing questions: what is open around the releases that are in production, asked the same way every day.

In production is, of each system, the release that was let through last; where none ever was, the one that was
decided on last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from roadworthy.approvals.standing import ConsentStanding, ConsentState
from roadworthy.core.clock import rfc3339
from roadworthy.core.digest import Digest
from roadworthy.core.evidence import Evidence
from roadworthy.core.subject import STRICT
from roadworthy.exceptions.model import HeldException
from roadworthy.gates.inputs import GateInputs
from roadworthy.gates.model import GateDecision, RuleOutcome, RuleResult, Validity
from roadworthy.gates.oversight.in_force import DecisionStanding, DecisionState
from roadworthy.gates.validity import component_digests
from roadworthy.inventory.release import Release
from roadworthy.policy.model import FactCheck
from roadworthy.policy.resolved import ResolvedPolicy

SOON = timedelta(days=14)
"""How long before it no longer counts evidence is named. Source: two working weeks to run it again."""

_HOLDS = frozenset({RuleOutcome.PASS, RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING})
_GONE = frozenset({ConsentState.VOIDED, ConsentState.EXPIRED, ConsentState.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """A decision with everything that the questions look at."""

    __pydantic_config__: ClassVar = STRICT

    decision: GateDecision
    digest: Digest
    """Of the decision's record."""

    standing: DecisionStanding
    release: Release
    policy: ResolvedPolicy
    inputs: GateInputs
    evidence: tuple[Evidence, ...]
    """That the decision considered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstance:
    """What the standing questions are asked of."""

    __pydantic_config__: ClassVar = STRICT

    now: datetime
    production: tuple[Basis, ...]
    """One of each system, by system."""

    last: tuple[Basis, ...]
    """The last decision of each system, by system; the same where the last one let through."""

    exceptions: tuple[HeldException, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """One thing that a question found."""

    __pydantic_config__: ClassVar = STRICT

    what: str
    """Its name: a requirement, a control, a piece of evidence."""

    why: str
    """In one sentence."""

    at: str | None = None
    """The day that matters, RFC 3339; None: there is none."""

    release: str = ""
    """System and version; empty: not about one release."""

    record: Digest | None = None
    """Digest of the record that says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A standing question."""

    name: str
    asks: str
    """In the words of who asks."""

    answer: Callable[[Circumstance], Iterator[Open]]
    is_duty: bool = True
    """Whether an answer that names something asks for work; else it informs."""


def _each(of: Callable[[Basis, datetime], Iterator[Open]]) -> Callable[[Circumstance], Iterator[Open]]:
    return lambda seen: (found for basis in seen.production for found in of(basis, seen.now))


def _requirements(basis: Basis, now: datetime) -> Iterator[Open]:
    """Yield requirements in force of which no control passes."""
    del now
    served: dict[str, dict[str, list[RuleResult]]] = {}
    for result in basis.decision.results:
        for link in result.serves:
            if link.status != "withdrawn" and result.outcome is not RuleOutcome.PENDING:
                served.setdefault(f"{link.framework} {link.id}", {}).setdefault(result.control, []).append(result)
    for requirement, controls in sorted(served.items()):
        outcomes = {result.outcome for results in controls.values() for result in results}
        if outcomes != {RuleOutcome.NOT_APPLICABLE} and not any(map(_passes, controls.values())):
            why = "; ".join(f"{control}: {_outcomes(results)}" for control, results in sorted(controls.items()))
            yield _open(basis, requirement, why)


def _passes(results: Sequence[RuleResult]) -> bool:
    outcomes = {result.outcome for result in results}
    return outcomes <= _HOLDS and RuleOutcome.PASS in outcomes


def _outcomes(results: Sequence[RuleResult]) -> str:
    return ", ".join(sorted({result.outcome.value.replace("_", " ") for result in results}))


def _untested_controls(basis: Basis, now: datetime) -> Iterator[Open]:
    """Yield controls that ask for a measurement which no task of the release makes."""
    del now
    for result in basis.decision.results:
        if result.category is not None and not result.tasks and result.outcome not in _HOLDS:
            yield _open(basis, result.control, f"no task measures `{result.category}`, which {result.rule} asks for")


def _tests_not_run(basis: Basis, now: datetime) -> Iterator[Open]:
    """Yield tasks without a run on exactly this release."""
    del now
    mine = set(component_digests(basis.release).values())
    done = {
        piece.result.task_digest
        for piece in basis.evidence
        if piece.result is not None and {subject.digest for subject in piece.subjects} <= mine
    }
    for task in basis.inputs.tasks:
        if task.digest not in done:
            yield _open(basis, task.id, f"never run on this release; it measures `{task.category}`")


def _stale_soon(basis: Basis, now: datetime) -> Iterator[Open]:
    """Yield evidence that counts and soon will not."""
    ages = {
        rule.id: rule.require.max_age_days for rule in basis.policy.rules if not isinstance(rule.require, FactCheck)
    }
    ends: dict[tuple[str, Digest], tuple[datetime, str]] = {}
    for result in basis.decision.results:
        for piece in result.evidence:
            if piece.validity is Validity.VALID and result.rule in ages:
                observed = basis.decision.decided_at - timedelta(seconds=piece.age_s)
                until = observed + timedelta(days=ages[result.rule])
                ends[piece.id, piece.digest] = min(
                    (until, result.rule), ends.get((piece.id, piece.digest), (until, "~"))
                )
    for (id, digest), (until, rule) in sorted(ends.items(), key=lambda item: item[1]):
        if until <= now + SOON:
            when = "has been too old since" if until <= now else "counts until"
            why = f"{when} {until:%Y-%m-%d} for {rule}"
            yield Open(what=id, why=why, at=rfc3339(until), release=_release(basis), record=digest)


def _exceptions(seen: Circumstance) -> Iterator[Open]:
    """Yield every exception that was not ended, the oldest first."""
    for held in sorted(seen.exceptions, key=lambda held: (held.exception.requested_at, held.exception.id)):
        exception = held.exception
        if held.end is None and exception.expires_at > seen.now:
            age = (seen.now - exception.requested_at).days
            renewed = f", renewed {exception.renewal} times" if exception.renewal else ""
            why = (
                f"{age} days old{renewed}, until {exception.expires_at:%Y-%m-%d}: {', '.join(exception.rules)}"
                f" ({exception.reason_code.value.replace('_', ' ')})"
            )
            yield Open(what=exception.id, why=why, at=rfc3339(exception.requested_at), record=held.digest)


def _not_in_force(basis: Basis, now: datetime) -> Iterator[Open]:
    """Yield releases in production whose decision no longer holds, or never let them through."""
    del now
    if basis.decision.verdict.exit_code != 0:
        yield _open(basis, basis.decision.id, f"it was never let through: {basis.decision.summary}")
    elif basis.standing.state in (DecisionState.EXPIRED, DecisionState.VOIDED):
        yield _open(basis, basis.decision.id, f"{basis.standing.state.value}: {basis.standing.reason}")


def _unpinned(basis: Basis, now: datetime) -> Iterator[Open]:
    """Yield components that can change behind their name."""
    del now
    for part in basis.release.components:
        if part.pin == "alias" or (part.type == "hosted_model" and part.pin is None):
            pin = "named by an alias" if part.pin else "pinned to nothing"
            yield _open(basis, part.key, f"{part.type} {pin}: the provider can put another one behind it")


def _approvals(seen: Circumstance) -> Iterator[Open]:
    """Yield consent that was given and is gone, and that the last decision still lacks."""
    for basis in seen.last:
        standings: list[tuple[str, ConsentStanding | None]] = [("the release", basis.decision.consent)]
        standings += [(standing.id, standing.consent) for standing in basis.decision.exceptions]
        for what, consent in standings:
            if consent is not None and consent.state in _GONE:
                yield _open(basis, consent.request or what, f"{consent.state.value} for {what}: {consent.reason}")


def _open(basis: Basis, what: str, why: str) -> Open:
    return Open(what=what, why=why, at=rfc3339(basis.decision.decided_at), release=_release(basis), record=basis.digest)


def _release(basis: Basis) -> str:
    return f"{basis.decision.system} {basis.decision.version}"


QUESTIONS = (
    Question(
        name="requirements",
        asks="Which requirements in force have no control that passes?",
        answer=_each(_requirements),
    ),
    Question(name="controls", asks="Which controls have no test?", answer=_each(_untested_controls)),
    Question(
        name="tests",
        asks="Which tests were never run on the release in production?",
        answer=_each(_tests_not_run),
    ),
    Question(
        name="stale",
        asks=f"Which evidence no longer counts within {SOON.days} days?",
        answer=_each(_stale_soon),
    ),
    Question(
        name="exceptions",
        asks="Which exceptions are there, the oldest first?",
        answer=_exceptions,
        is_duty=False,
    ),
    Question(
        name="decisions",
        asks="Which releases in production have no decision in force?",
        answer=_each(_not_in_force),
    ),
    Question(
        name="unpinned",
        asks="Which components in production can change behind their name?",
        answer=_each(_unpinned),
    ),
    Question(
        name="approvals",
        asks="Which approvals were voided or ran out and were not given again?",
        answer=_approvals,
    ),
)
"""Every standing question, in the order in which they are shown."""
