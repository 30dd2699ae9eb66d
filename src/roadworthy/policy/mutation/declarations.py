"""Loosens what an evidence rule asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from roadworthy.core.evidence import Assurance, Origin
from roadworthy.policy.model import EvidenceCheck, Rule
from roadworthy.policy.mutation.mutant import Operator, RuleChange


def loosened_declarations(rule: Rule) -> Iterator[RuleChange]:
    """Yield ``rule`` with its evidence check loosened in each way; nothing for another kind of rule."""
    check = rule.require
    if not isinstance(check, EvidenceCheck):
        return
    other = f"{check.type}-other"
    yield _changed(rule, "ask_for_another", f"type: {check.type} -> {other}", replace(check, type=other))
    for days in (check.max_age_days + 1, check.max_age_days * 2):
        yield _changed(
            rule, "lengthen_max_age", f"max_age_days: {check.max_age_days} -> {days}", replace(check, max_age_days=days)
        )
    for origin in Origin:
        if origin not in check.origins:
            wider = replace(check, origins=(*check.origins, origin))
            yield _changed(rule, "widen_origins", f"origins: with {origin.value}", wider)
    for assurance in Assurance:
        if assurance.rank < check.min_assurance.rank:
            change = f"min_assurance: {check.min_assurance.value} -> {assurance.value}"
            yield _changed(rule, "lower_assurance", change, replace(check, min_assurance=assurance))
    for kind in check.about:
        kept = tuple(one for one in check.about if one != kind)
        yield _changed(rule, "drop_about", f"about: without {kind}", replace(check, about=kept))


def _changed(rule: Rule, operator: Operator, change: str, check: EvidenceCheck) -> RuleChange:
    return RuleChange(operator=operator, change=change, rule=replace(rule, require=check))
