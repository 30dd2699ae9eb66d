"""Asks a candidate policy about recorded decisions. What cannot be told is said, and never counted as unchanged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from roadworthy.core.digest import Digest
from roadworthy.guard.calls.compiling import LOOK, rule_id
from roadworthy.guard.calls.origin import fits
from roadworthy.guard.calls.wrong import RAIL
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.compiling.rule import CompiledRule
from roadworthy.guard.engine.finding import Failure, find
from roadworthy.guard.engine.own import of_event, too_long
from roadworthy.guard.policy.model import FailMode
from roadworthy.guard.rails.rail import Scene
from roadworthy.guard.replay.model import MASK, Change, GuardRecord, Replayed
from roadworthy.guard.segment import Channel, Segment, Stage
from roadworthy.guard.verdict import Action, strictest

KNOWN_AGAIN = "guard/known-again"
_BUDGET = "guard/budget"
_OF_CALLS = frozenset((Channel.TOOL_NAME, Channel.TOOL_ARGUMENT))
_FAILURES = frozenset(f"guard/{failure.value}" for failure in Failure)


@dataclass(frozen=True, slots=True)
class _Said:
    """What one rule of the candidate says of a record."""

    rule: str
    action: Action
    is_certain: bool


def replay(candidate: Bundle, record: GuardRecord, *, looks: Mapping[str, Digest]) -> Replayed:
    """Return what ``candidate`` says of a recorded event.

    A rule that looks exactly as it did is taken at its recorded word. A new or changed one is asked about the text
    that was kept; where it finds nothing and some of the text was masked, it cannot be told.

    Args:
        candidate: The policy to try.
        record: What was decided.
        looks: What each rule of the policy that decided looked at (`PolicyUse.looks`); empty: not known.
    """
    said = list(_said(candidate, record, looks))
    before = record.decision.action
    at_least = strictest(*(one.action for one in said if one.is_certain))
    at_most = strictest(*(one.action for one in said))
    change = _change(before, at_least, at_most)
    return Replayed(
        event=record.event.id,
        before=before,
        at_least=at_least,
        at_most=at_most,
        change=change,
        rules=_rules(change, record, said, at_least=at_least),
    )


def _change(before: Action, at_least: Action, at_most: Action) -> Change:
    if at_least is not at_most:
        # A stop that is certain is a new stop, however much stricter it might be.
        return Change.NEW_STOP if at_least.stops and not before.stops else Change.UNKNOWN
    if at_least is before:
        return Change.SAME
    if at_least.stops != before.stops:
        return Change.NEW_STOP if at_least.stops else Change.LOST_STOP
    return Change.STRICTER if at_least.rank > before.rank else Change.LOOSER


def _rules(change: Change, record: GuardRecord, said: list[_Said], *, at_least: Action) -> tuple[str, ...]:
    match change:
        case Change.SAME:
            return ()
        case Change.UNKNOWN:
            return tuple(sorted({one.rule for one in said if not one.is_certain and one.action.rank > at_least.rank}))
        case Change.NEW_STOP | Change.STRICTER:
            return tuple(sorted({one.rule for one in said if one.is_certain and one.action is at_least}))
        case Change.LOST_STOP | Change.LOOSER:
            before = record.decision
            return tuple(sorted({one.rule for one in before.verdicts if one.action is before.action}))


def _said(candidate: Bundle, record: GuardRecord, looks: Mapping[str, Digest]) -> Iterator[_Said]:
    event = record.event
    for verdict in of_event(candidate, event):
        yield _Said(verdict.rule, verdict.action, is_certain=True)
    fired, failed = _recorded(record)
    scene = Scene(event=event, state=record.state)
    unseen = {one.segment for one in record.decision.verdicts if one.rule == KNOWN_AGAIN}
    for segment in event.segments:
        long = too_long(candidate, segment, event)
        if long is not None:
            yield _Said(long.rule, long.action, is_certain=True)
        elif segment.index in unseen:
            yield _Said(KNOWN_AGAIN, Action.QUARANTINE, is_certain=True)
        else:
            yield from _of_segment(candidate, segment, scene, record, looks=looks, fired=fired, failed=failed)
    yield from _of_tools(candidate, record, looks)
    yield from _of_budgets(candidate, record)


def _of_tools(candidate: Bundle, record: GuardRecord, looks: Mapping[str, Digest]) -> Iterator[_Said]:
    """Yield what the candidate's grants say.

    Of the run and the arguments nothing is kept: the same grants say the same, and others cannot be told unless they
    do not open the tool at all.
    """
    tools = candidate.tools
    if tools is None:
        return
    recorded = [one for one in record.decision.verdicts if one.rail == RAIL]
    names = {one.tool for one in record.event.segments if one.stage is Stage.TOOL_CALL and one.channel in _OF_CALLS}
    by_tool = {one: _grants_for(one, looks) == _grants_for(one, tools.looks) for one in names}
    is_same = looks.get(LOOK) == tools.looks[LOOK] and all(by_tool.values())
    if is_same:
        yield from (_Said(one.rule, one.action, is_certain=True) for one in recorded)
        return
    for name in sorted(names):
        if not tools.terms(name).enforced:
            yield _Said("guard/tool-not-granted", Action.DENY, is_certain=True)
        else:
            yield _Said(rule_id(tools.name, name), Action.DENY, is_certain=False)
    if not names and (recorded or record.event.definitions or _has_results(record)):
        yield _Said("guard/result-unasked", Action.DENY, is_certain=False)


def _grants_for(tool: str, looks: Mapping[str, Digest]) -> list[Digest]:
    return sorted(
        look for name, look in looks.items() if name.startswith(f"{LOOK} ") and fits(name.split(" ")[1], tool)
    )


def _has_results(record: GuardRecord) -> bool:
    return any(one.stage is Stage.TOOL_RESULT for one in record.event.segments)


def _recorded(record: GuardRecord) -> tuple[set[tuple[str, int | None]], set[int | None]]:
    """Return which rule fired on which segment, and on which segments a rule failed."""
    said = (*record.decision.verdicts, *record.decision.shadow)
    fired = {(one.rule, one.segment) for one in said}
    return fired, {one.segment for one in said if one.rule in _FAILURES}


def _of_segment(
    candidate: Bundle,
    segment: Segment,
    scene: Scene,
    record: GuardRecord,
    *,
    looks: Mapping[str, Digest],
    fired: set[tuple[str, int | None]],
    failed: set[int | None],
) -> Iterator[_Said]:
    rules = [rule for rule in candidate.rules_for(segment, scene.event) if not rule.is_shadow]
    new = {rule.id for rule in rules if looks.get(rule.id) != rule.look}
    found = (
        {one.rule.id: one for one in find(candidate, segment, scene)} if _has_to_be_asked(rules, new, segment) else {}
    )
    was_too_long = ("guard/too-long", segment.index) in fired
    for rule in rules:
        if rule.id not in new and not was_too_long:
            if (rule.id, segment.index) in fired:
                yield _Said(rule.id, rule.action, is_certain=True)
            elif segment.index in failed:
                yield _Said(rule.id, rule.action, is_certain=False)
            continue
        finding = found.get(rule.id)
        if finding is not None and finding.failure is None:
            yield _Said(rule.id, rule.action, is_certain=True)
        elif finding is not None or _is_hidden(rule, segment, record):
            yield _Said(rule.id, _worst(rule, failed=finding is not None), is_certain=False)


def _has_to_be_asked(rules: Sequence[CompiledRule], new: set[str], segment: Segment) -> bool:
    """Return whether asking can tell anything: of a text that is masked whole, only conditions can."""
    if not segment.text.strip(MASK):
        return any(rule.rail is None for rule in rules if rule.id in new)
    return bool(new)


def _worst(rule: CompiledRule, *, failed: bool) -> Action:
    """Return the strictest that a rule which cannot be told may come to."""
    if failed and rule.fail_mode is FailMode.CLOSED:
        return Action.DENY
    return rule.action


def _is_hidden(rule: CompiledRule, segment: Segment, record: GuardRecord) -> bool:
    """Return whether ``rule``, which finds nothing in what was kept, might have found something in what was not."""
    if rule.rail is None:
        return False
    return MASK in segment.text or (rule.kind == "prompt_leak" and record.had_canaries)


def _of_budgets(candidate: Bundle, record: GuardRecord) -> Iterator[_Said]:
    """Yield the refusals of budgets: what others had spent by then is not in the record."""
    kept = {f"{_BUDGET}-{budget.name}" for budget in candidate.policy.budgets}
    for verdict in record.decision.verdicts:
        if verdict.rule.startswith(_BUDGET) and (verdict.rule in kept or verdict.rule.startswith(f"{_BUDGET}s-")):
            yield _Said(verdict.rule, verdict.action, is_certain=False)
