"""Every pack that differs from one in one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from roadworthy.core.severity import Severity
from roadworthy.policy.model import Control, Pack, Rule, Tightening
from roadworthy.policy.mutation.binding import FAR_OFF, loosened_binding, postponed
from roadworthy.policy.mutation.conditions import changed_conditions
from roadworthy.policy.mutation.declarations import loosened_declarations
from roadworthy.policy.mutation.measures import loosened_measures
from roadworthy.policy.mutation.mutant import Mutant, Operator, RuleChange
from roadworthy.policy.strictness import severity_rank

_VALUES = ("threshold", "confidence", "min_samples", "min_coverage", "max_age_days", "max_calibration_age_days")


def mutants(pack: Pack, *, under: Sequence[Pack] = ()) -> Iterator[Mutant]:
    """Yield every mutant of ``pack``, in the order in which it is written. The same pack gives the same mutants.

    Some may say what no pack may, such as a condition that does not compile: whoever tries
    them sorts those out. A change that leaves no valid pack, as when the only rule is dropped,
    is not made.

    Args:
        pack: The pack.
        under: Packs of wider layers whose rules it tightens: a tightening is weakened towards theirs.
    """
    for control in pack.controls:
        yield from _of_control(pack, control)
    wider = {rule.id: rule for other in (*under, pack) for control in other.controls for rule in control.rules}
    for index, change in enumerate(pack.tighten):
        yield from _of_tightening(pack, change, index=index, wider=wider)
    if pack.controls or pack.tighten:
        later = FAR_OFF if pack.effective_on is None else postponed(pack.effective_on)
        yield Mutant(
            operator="postpone_pack",
            rule=pack.name,
            change=f"effective_on: {later.isoformat()}",
            pack=replace(pack, effective_on=later),
        )


def rule_changes(rule: Rule) -> Iterator[RuleChange]:
    """Yield ``rule`` changed in each place that is its own."""
    yield from loosened_measures(rule)
    yield from loosened_declarations(rule)
    yield from changed_conditions(rule)
    yield from loosened_binding(rule)


def _of_control(pack: Pack, control: Control) -> Iterator[Mutant]:
    for index, rule in enumerate(control.rules):
        rules = control.rules
        for change in rule_changes(rule):
            changed = replace(control, rules=(*rules[:index], change.rule, *rules[index + 1 :]))
            yield Mutant(
                operator=change.operator, rule=rule.id, change=change.change, pack=_with(pack, control, changed)
            )
        if len(rules) > 1:
            left = replace(control, rules=(*rules[:index], *rules[index + 1 :]))
            yield Mutant(operator="drop_rule", rule=rule.id, change="the rule is gone", pack=_with(pack, control, left))
    if len(control.tiers) > 1:
        for tier in control.tiers:
            fewer = replace(control, tiers=tuple(other for other in control.tiers if other is not tier))
            change_text = f"tiers: without {tier.value}"
            yield Mutant(operator="drop_tier", rule=control.id, change=change_text, pack=_with(pack, control, fewer))
    if len(pack.controls) > 1 or pack.tighten:
        operator: Operator = "drop_rule" if len(control.rules) == 1 else "drop_control"
        kept = tuple(other for other in pack.controls if other is not control)
        yield Mutant(
            operator=operator,
            rule=control.rules[0].id if operator == "drop_rule" else control.id,
            change="the control is gone",
            pack=replace(pack, controls=kept),
        )


def _with(pack: Pack, control: Control, changed: Control) -> Pack:
    return replace(pack, controls=tuple(changed if other is control else other for other in pack.controls))


def _of_tightening(pack: Pack, change: Tightening, *, index: int, wider: Mapping[str, Rule]) -> Iterator[Mutant]:
    before, after = pack.tighten[:index], pack.tighten[index + 1 :]
    if pack.controls or before or after:
        yield Mutant(
            operator="drop_tightening",
            rule=change.rule,
            change="the tightening is gone",
            pack=replace(pack, tighten=before + after),
        )
    rule = wider.get(change.rule)
    for text, weaker in _weakened(change, rule) if rule is not None else ():
        tighten = (*before, weaker, *after)
        yield Mutant(operator="weaken_tightening", rule=change.rule, change=text, pack=replace(pack, tighten=tighten))


def _weakened(change: Tightening, rule: Rule) -> Iterator[tuple[str, Tightening]]:
    """Yield ``change`` with one value half way back to the rule's own, or all of the way."""
    for name in _VALUES:
        now, own = getattr(change, name), getattr(rule.require, name, None)
        if now is None or own is None:
            continue
        half = (now + own) / 2 if isinstance(now, float) else (now + own) // 2
        for value in dict.fromkeys((half, own)):
            if value != now:
                weaker = replace(change, **{name: value})
                yield f"{name}: {now:g} -> {value:g}", weaker
    if change.severity is not None and severity_rank(change.severity) > severity_rank(rule.severity):
        softer = tuple(Severity)[severity_rank(change.severity) - 1]
        yield f"severity: {change.severity.value} -> {softer.value}", replace(change, severity=softer)
