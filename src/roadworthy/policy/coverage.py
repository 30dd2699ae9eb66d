"""Which cases a pack still owes: each rule must be seen in every way in which it can answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from roadworthy.policy.cases import Case, Want
from roadworthy.policy.model import EvidenceCheck, FactCheck, MeasureCheck, Pack, Rule
from roadworthy.policy.resolve import dated


def uncovered(pack: Pack, cases: Iterable[Case]) -> tuple[str, ...]:
    """Return what no case of ``pack`` shows, one line for each rule and outcome.

    A rule that has never been seen to fail may be one that cannot. Where a rule is *able* to
    give an outcome follows from its kind: a fact rule passes, fails and is missing; a measure
    rule is stale and underpowered besides; an evidence rule stale. One with a condition of
    application must be seen not to apply, and one that takes effect later to be pending.

    A measure rule whose threshold lets everything through is named too: nothing can fail it.
    """
    shown = {(case.rule, case.want) for case in cases}
    lines = []
    for control in pack.controls:
        for rule in control.rules:
            bound = dated(rule, pack)
            lines += [_line(bound, want) for want in _owed(bound) if (rule.id, want) not in shown]
    tried = {rule for rule, _ in shown}
    lines += [
        f"{rule}: no case tries what this pack tightens"
        for rule in dict.fromkeys(change.rule for change in pack.tighten)
        if rule not in tried
    ]
    return tuple(lines)


def _owed(rule: Rule) -> Iterator[Want]:
    yield from ("pass", "fail", "missing")
    match rule.require:
        case MeasureCheck():
            yield from ("stale", "underpowered")
        case EvidenceCheck():
            yield "stale"
        case FactCheck():
            pass
    if rule.applies_when.strip() != "true":
        yield "not_applicable"
    if rule.effective_on is not None:
        yield "pending"


def _line(rule: Rule, want: Want) -> str:
    if want == "fail" and isinstance(rule.require, MeasureCheck) and _lets_all_through(rule.require):
        return f"{rule.id}: no run can fail it, for the threshold {rule.require.threshold:g} lets every rate through"
    return f"{rule.id}: no case wants {want}"


def _lets_all_through(check: MeasureCheck) -> bool:
    return check.threshold == (1.0 if check.comparator == "<=" else 0.0)
