"""What a planned ship date changes: rules and tightenings that bind by then, and evidence that lapses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from roadworthy.core.subject import STRICT
from roadworthy.gates.model import GateDecision, RuleOutcome, RuleResult

_GREEN = frozenset({RuleOutcome.PASS, RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class BindsByThen:
    """One rule that asks more on the planned day than it does now, or whose evidence does not last until then."""

    __pydantic_config__: ClassVar = STRICT

    rule: str
    title: str
    """Of its control."""

    change: Literal["takes_effect", "tightens", "lapses"]
    reason: str
    now: RuleOutcome
    then: RuleOutcome


def binds_by_then(now: GateDecision, then: GateDecision) -> tuple[BindsByThen, ...]:
    """Return what differs between a decision taken now and the same one as of a later day, by rule.

    A rule that takes effect or tightens is named whether it holds then or not: who plans a
    release wants to know what it will be asked.

    Args:
        now: As of today.
        then: On the same release, facts and evidence, as of the later day.
    """
    before = {result.rule: result for result in now.results}
    found = [_change(before.get(result.rule), result) for result in then.results]
    return tuple(sorted((change for change in found if change), key=lambda change: (change.rule, change.change)))


def _change(before: RuleResult | None, after: RuleResult) -> BindsByThen | None:
    was = before.outcome if before is not None else RuleOutcome.PENDING
    arrived = [text for text in before.pending if text not in after.pending] if before is not None else []
    kind: Literal["takes_effect", "tightens", "lapses"]
    if was is RuleOutcome.PENDING and after.outcome is not RuleOutcome.PENDING:
        kind, reason = "takes_effect", after.reason
    elif arrived:
        kind, reason = "tightens", "; ".join((*arrived, after.reason))
    elif was in _GREEN and after.outcome not in _GREEN:
        kind, reason = "lapses", after.reason
    else:
        return None
    return BindsByThen(rule=after.rule, title=after.title, change=kind, reason=reason, now=was, then=after.outcome)
