"""Asks the rules of one segment and keeps what each found, or how it failed."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.compiling.rule import CompiledRule
from roadworthy.guard.engine.conditions import Conditions
from roadworthy.guard.engine.soundness import unsound
from roadworthy.guard.ports import DetectorError, Stopwatch
from roadworthy.guard.rails.rail import Rail, Scene
from roadworthy.guard.reading.reading import Reading, read
from roadworthy.guard.segment import Segment
from roadworthy.guard.verdict import Detection
from roadworthy.policy.ports import Broken, Fails, Holds, Missing

_NAMES_A_FACT = re.compile(r"the facts? (?:about )?`(?P<fact>[a-z_.]{1,80})` (?:is|are) not stated")
_NS_PER_US = 1_000
_CHARS_PER_LIMIT = 1_000


class Failure(StrEnum):
    """How a rule failed. The value is the name of the engine's own verdict, after ``guard/``."""

    RAIL_FAILED = "rail-failed"
    """Its rail raised, or gave what cannot be."""

    RAIL_SLOW = "rail-slow"
    DETECTOR_MISSING = "detector-missing"
    CONDITION_MISSING = "condition-missing"
    """Its condition asks for a fact that is not stated."""

    CONDITION_BROKEN = "condition-broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule says of one segment, before it is a verdict."""

    rule: CompiledRule
    detections: tuple[Detection, ...] = ()
    """In order of place; empty for a rule without a rail, whose condition holds for the segment."""

    failure: Failure | None = None
    why: str = ""
    """Of a failure, without content."""

    cost_us: int = 0


@dataclass(slots=True, eq=False)
class _Asked:
    """What all rules that are asked of one segment are asked with."""

    segment: Segment
    scene: Scene
    reading: Reading | None
    conditions: Conditions
    stopwatch: Stopwatch | None


def find(
    bundle: Bundle,
    segment: Segment,
    scene: Scene,
    *,
    reading: Reading | None = None,
    stopwatch: Stopwatch | None = None,
    conditions: Conditions | None = None,
    only: Container[str] | None = None,
) -> tuple[Finding, ...]:
    """Return what the rules that look at ``segment`` found there, and how they failed; sorted by rule.

    Rules that need the whole text are not asked while it is still coming (`Scene.final`).

    Args:
        bundle: The policy.
        segment: What to look at.
        scene: The event, and the state that it is judged with.
        reading: Of the segment's text, where it is there already.
        stopwatch: None: nothing is timed, and no rail is too slow.
        conditions: Of the same scene, to be asked of several segments; None: made.
        only: Ids of the rules to ask; None: all of them.
    """
    plan = bundle.plan(segment, scene.event)
    if not plan.rules:
        return ()
    failed = None
    if plan.needs_reading and reading is None:
        try:
            reading = read(segment.text)
        except Exception as error:  # noqa: BLE001 - the reading is a part of every rail, and fails closed with it
            failed = f"the text could not be read ({type(error).__name__})"
    asked = _Asked(segment, scene, reading, conditions or Conditions(bundle.asker, scene=scene), stopwatch)
    rules = plan.rules if reading is None else plan.to_ask(reading)
    found = []
    for rule in rules if only is None else (rule for rule in rules if rule.id in only):
        if (scene.final or rule.reach is not None) and (not rule.is_narrow or rule.fits(segment)):
            finding = _failed(rule, failed) if failed is not None and rule.kind else _found(rule, asked)
            if finding is not None:
                found.append(finding)
    return tuple(found)


def _found(rule: CompiledRule, asked: _Asked) -> Finding | None:
    """Return what ``rule`` found; None: nothing."""
    if rule.absent:
        return Finding(rule=rule, failure=Failure.DETECTOR_MISSING, why=rule.absent)
    if rule.rail is None or asked.reading is None:
        return _conditioned(Finding(rule=rule), asked)
    watch = asked.stopwatch
    start = 0 if watch is None else watch()
    found = _looked(rule, rule.rail, asked, asked.reading)
    cost_ns = 0 if watch is None else watch() - start
    if found is not None and found.failure is None and rule.condition is not None:
        found = _conditioned(found, asked)
    if watch is None:
        return found
    return _timed(
        found, rule, cost_ns // _NS_PER_US, limit_us=None if rule.max_us is None else rule.max_us * _begun(asked)
    )


def _timed(found: Finding | None, rule: CompiledRule, cost_us: int, *, limit_us: int | None) -> Finding | None:
    """Return ``found`` with its cost, as a failure where that is more than ``limit_us``."""
    if limit_us is not None and cost_us > limit_us and (found is None or found.failure is None):
        # What it found is true however long it took: a slow rail never says less than a quick one.
        why = f"it took {cost_us} µs, and {limit_us} µs are allowed"
        detections = () if found is None else found.detections
        return Finding(rule=rule, detections=detections, failure=Failure.RAIL_SLOW, why=why, cost_us=cost_us)
    return None if found is None else replace(found, cost_us=cost_us)


def _looked(rule: CompiledRule, rail: Rail, asked: _Asked, reading: Reading) -> Finding | None:
    try:
        found = rail.examine(asked.segment, reading, asked.scene)
        if not found and type(found) in (tuple, list):
            return None
        said = unsound(found, length=len(asked.segment.text))
    except DetectorError:
        return Finding(rule=rule, failure=Failure.DETECTOR_MISSING, why="its detector could not look")
    except Exception as error:  # noqa: BLE001 - whatever breaks in a rail is its failure; the fail mode decides
        # The error's own words may hold the text.
        return _failed(rule, type(error).__name__)
    if said:
        return _failed(rule, said)
    return Finding(rule=rule, detections=tuple(sorted(found, key=_place))) if found else None


def _conditioned(finding: Finding, asked: _Asked) -> Finding | None:
    """Return ``finding`` if its rule's condition holds, None if not, or the failure to tell."""
    truth = asked.conditions.truth(finding.rule, asked.segment, finding.detections)
    match truth:
        case Holds():
            return finding
        case Fails():
            return None
        case Missing(reason=reason):
            named = _NAMES_A_FACT.fullmatch(reason)
            # A key that was computed is a fact's value; only what the condition itself says is repeated.
            is_said = named is not None and named["fact"] in (finding.rule.condition or "")
            why = reason if is_said else "a fact is not stated"
            return Finding(rule=finding.rule, failure=Failure.CONDITION_MISSING, why=why, cost_us=finding.cost_us)
        case Broken():
            # What the evaluator says can repeat a fact's value.
            why = "its condition cannot be evaluated"
            return Finding(rule=finding.rule, failure=Failure.CONDITION_BROKEN, why=why, cost_us=finding.cost_us)
    assert_never(truth)


def _failed(rule: CompiledRule, why: str) -> Finding:
    return Finding(rule=rule, failure=Failure.RAIL_FAILED, why=why)


def _begun(asked: _Asked) -> int:
    return max(1, -(-len(asked.segment.text) // _CHARS_PER_LIMIT))


def _place(found: Detection) -> tuple[int, int, str]:
    return found.span.start, found.span.end, found.kind
