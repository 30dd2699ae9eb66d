"""From decisions on a clean copy and on spoilt ones to what the controls catch. Pure: nothing is planted here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.evidence import ControlProof
from roadworthy.core.subject import STRICT
from roadworthy.gates.model import GateDecision, RuleOutcome, Verdict
from roadworthy.policy.faults import AddComponent, Fault, SetField
from roadworthy.policy.model import FactCheck, MeasureCheck, Pack

MET = frozenset({RuleOutcome.PASS, RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING})
"""Outcomes that let a release through. Leaving them is what catching a fault means, for warnings as well."""

_LETS_THROUGH = frozenset({Verdict.SHIP, Verdict.CONDITIONS})


class FaultOutcome(StrEnum):
    """What came of one fault."""

    CAUGHT = "caught"
    """Every rule that is meant to catch it, and can here, stopped being met."""

    ESCAPED = "escaped"
    """Some rule that is meant to catch it is still met."""

    UNPLACED = "unplaced"
    """It has no place in this system, or none of its rules binds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultResult:
    """What came of planting one fault."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    title: str
    control: str
    """Control of the first rule that is meant to catch it; empty where none is in force."""

    rules: tuple[str, ...]
    """Rules that are meant to catch it and are in force."""

    outcome: FaultOutcome
    caught_by: tuple[str, ...] = ()
    """Those of ``rules`` that stopped being met."""

    also: tuple[str, ...] = ()
    """Further rules that stopped being met, sorted."""

    ms: int = 0
    """Milliseconds that planting and deciding took."""

    reason: str = ""
    """Why it escaped or has no place; where the gate refused altogether, with which words."""


def judge_fault(
    fault: Fault,
    *,
    clean: GateDecision,
    planted: GateDecision | None,
    refusal: str = "",
    nowhere: str = "",
    ms: int = 0,
) -> FaultResult:
    """Return what came of ``fault``.

    A rule that is not met on the clean copy already can show nothing and is left out, and so is one that
    does not apply there where the fault changes no stated fact. A rule that is no longer in force, because the
    fault lowered the tier, caught nothing.

    Args:
        fault: What was planted.
        clean: The decision on the copy without it.
        planted: The decision with it; None when the gate refused to decide.
        refusal: With which words it refused.
        nowhere: Why it could not be planted; empty: it was.
        ms: Milliseconds that it took.
    """
    before = {result.rule: result for result in clean.results}
    bound = tuple(rule for rule in fault.caught_by if rule in before)
    met = tuple(rule for rule in bound if before[rule].outcome in MET)
    able = tuple(rule for rule in met if before[rule].outcome is not RuleOutcome.NOT_APPLICABLE or _restates(fault))
    nothing = FaultResult(
        id=fault.id,
        title=fault.title,
        control=before[bound[0]].control if bound else "",
        rules=bound,
        outcome=FaultOutcome.UNPLACED,
        ms=ms,
    )
    if nowhere:
        return replace(nothing, reason=nowhere)
    if not able:
        return replace(nothing, reason=_why_unable(bound, met))
    if fault.stops:
        return _judge_stop(nothing, clean=clean, planted=planted, refusal=refusal, rules=able)
    if planted is None:
        # Nothing was judged, so nothing is known of the rules: neither caught nor let through.
        return replace(nothing, reason=f"nothing could be decided: {refusal}")
    after = {result.rule: result.outcome for result in planted.results}
    caught = tuple(rule for rule in able if rule in after and after[rule] not in MET)
    left = [rule for rule in able if rule not in caught]
    said = [f"{rule}: {after[rule].value if rule in after else 'no longer in force'}" for rule in left]
    return replace(
        nothing,
        outcome=FaultOutcome.ESCAPED if left else FaultOutcome.CAUGHT,
        caught_by=caught,
        also=_also(clean, planted, without=fault.caught_by),
        reason="; ".join(said),
    )


def _restates(fault: Fault) -> bool:
    """Return whether the fault changes what the manifest states, so that a rule may apply that did not."""
    return any(isinstance(edit, SetField | AddComponent) for edit in fault.plant)


def _why_unable(bound: Sequence[str], met: Sequence[str]) -> str:
    if not bound:
        return "none of its rules binds this system"
    return "its rules do not apply to this system" if met else "its rules are not met on the clean copy"


def _judge_stop(
    nothing: FaultResult,
    *,
    clean: GateDecision,
    planted: GateDecision | None,
    refusal: str,
    rules: tuple[str, ...],
) -> FaultResult:
    if clean.verdict not in _LETS_THROUGH:
        why = f"the clean copy is not let through either ({clean.verdict.value}), so a refusal shows nothing"
        return replace(nothing, reason=why)
    if planted is not None and planted.verdict in _LETS_THROUGH:
        why = f"the gate says {planted.verdict.value}"
        return replace(nothing, outcome=FaultOutcome.ESCAPED, reason=why)
    said = refusal if planted is None else planted.summary
    also = () if planted is None else _also(clean, planted, without=rules)
    return replace(nothing, outcome=FaultOutcome.CAUGHT, caught_by=rules, also=also, reason=said)


def _also(clean: GateDecision, planted: GateDecision, *, without: Sequence[str]) -> tuple[str, ...]:
    met = {result.rule for result in clean.results if result.outcome in MET}
    lost = {result.rule for result in planted.results if result.outcome not in MET}
    return tuple(sorted((met & lost) - set(without)))


def false_alarms(faults: Iterable[Fault], clean: GateDecision) -> tuple[str, ...]:
    """Return the rules that raise on the clean copy although a fault was to make them do so, sorted."""
    named = {rule for fault in faults for rule in fault.caught_by}
    return tuple(sorted(r.rule for r in clean.results if r.rule in named and r.outcome not in MET))


def proof_of(
    faults: Sequence[Fault],
    results: Sequence[FaultResult],
    *,
    alarms: Sequence[str],
    policy: Digest,
    assumed: Sequence[str] = (),
) -> ControlProof:
    """Return what ``results`` amount to.

    Args:
        faults: Every fault that was on the list.
        results: One for each.
        alarms: What `false_alarms` says of the clean copy.
        policy: Digest of the resolved policy whose controls were tried.
        assumed: In what the copy differed from the system.
    """

    def ids(outcome: FaultOutcome) -> tuple[str, ...]:
        return tuple(sorted(result.id for result in results if result.outcome is outcome))

    return ControlProof(
        faults=digest_of_faults(faults),
        policy=policy,
        caught=ids(FaultOutcome.CAUGHT),
        escaped=ids(FaultOutcome.ESCAPED),
        false_alarms=tuple(sorted(alarms)),
        unplaced=ids(FaultOutcome.UNPLACED),
        assumed=tuple(assumed),
    )


def digest_of_faults(faults: Iterable[Fault]) -> Digest:
    """Return the digest that names a list of faults, whatever its order: a proof with fewer or others has another."""
    return digest_of(sorted(faults, key=lambda fault: fault.id))


def proving(faults: Iterable[Fault], rules: Iterable[str]) -> tuple[Fault, ...]:
    """Return the faults that are meant to be caught by one of ``rules``, in their order."""
    wanted = set(rules)
    return tuple(fault for fault in faults if wanted.intersection(fault.caught_by))


def unproven(packs: Iterable[Pack], faults: Iterable[Fault]) -> tuple[str, ...]:
    """Return the technical controls that no fault names, sorted: what they claim was never tried.

    Technical is a preventive or detective control with a rule that the machine can answer: on facts or on
    measurements.
    """
    named = {rule for fault in faults for rule in fault.caught_by}
    return tuple(
        sorted(
            control.id
            for pack in packs
            for control in pack.controls
            if control.type in ("preventive", "detective")
            and any(isinstance(rule.require, FactCheck | MeasureCheck) for rule in control.rules)
            and not named.intersection(rule.id for rule in control.rules)
        )
    )
