"""What is wrong with packs beyond their shape: conditions, ids, links. Loading them is an adapter's job."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from difflib import get_close_matches

from roadworthy.core.roles import APPROVING_ROLES
from roadworthy.policy.categories import CATEGORIES, DECISION_CATEGORIES
from roadworthy.policy.facts import names_a_fact, unknown_facts
from roadworthy.policy.frameworks.known import is_plausible
from roadworthy.policy.model import Control, EvidenceCheck, FactCheck, MeasureCheck, Pack, Rule
from roadworthy.policy.ports import ConditionLanguage

_EVIDENCE_TYPE = re.compile(r"[a-z][a-z_]*:[a-z0-9][a-z0-9_.-]*")
_THREAT = re.compile(r"T\d{2,3}")
_VERSION = re.compile(r"\d+(\.\d+){0,2}([-+][0-9A-Za-z.-]+)?")


def problems(
    packs: Sequence[Pack], language: ConditionLanguage, *, threats: Container[str] | None = None
) -> tuple[str, ...]:
    """Return everything that is wrong with ``packs``, in the order in which they say it.

    A pack that loads can still hold a rule that nothing satisfies: a misspelt fact, a
    category that no task has, a link to a clause that does not exist. Each line names the
    pack, the control or rule, and what is wrong.

    Args:
        packs: The packs, checked together: a tightening is looked up in all of them.
        language: Compiles the conditions.
        threats: Ids of the threat catalogue; None checks their shape only.
    """
    rules = {rule.id for pack in packs for control in pack.controls for rule in control.rules}
    found: list[str] = []
    for pack in packs:
        found += [f"pack {pack.name}: {text}" for text in _pack_problems(pack, known_rules=rules, language=language)]
        for control in pack.controls:
            found += [f"{control.id}: {text}" for text in _control_problems(control, threats=threats)]
            for rule in control.rules:
                found += [f"{rule.id}: {text}" for text in _rule_problems(rule, control=control, language=language)]
    return tuple(found)


def _pack_problems(pack: Pack, *, known_rules: Container[str], language: ConditionLanguage) -> Iterator[str]:
    yield from _empty(pack, "title", "owner")
    yield from _suits_problems(pack.suits, language=language)
    if _VERSION.fullmatch(pack.version) is None:
        yield f"`version` must look like 1.0.0, got {pack.version!r}"
    for change in pack.tighten:
        if change.rule not in known_rules:
            yield f"tightens {change.rule!r}, which none of these packs has"


def _suits_problems(expression: str, *, language: ConditionLanguage) -> Iterator[str]:
    if not expression:
        return
    yield from _condition_problems("suits", expression, language=language)
    if not names_a_fact(expression):
        yield "`suits` names no fact, so it says the same of every system"


def _control_problems(control: Control, *, threats: Container[str] | None) -> Iterator[str]:
    yield from _empty(control, "title", "why")
    if not control.objective.rstrip().endswith("."):
        yield "`objective` must be one sentence that ends with a full stop"
    if not control.links:
        yield "links to no framework; name at least one requirement that it serves"
    for link in control.links:
        if not is_plausible(link.framework, link.id):
            yield f"{link.framework} has no identifier {link.id!r}"
        if not link.rationale.strip():
            yield f"the link to {link.framework} {link.id} gives no rationale"
    named = [(link.framework, link.id) for link in control.links]
    for framework, foreign in sorted({pair for pair in named if named.count(pair) > 1}):
        yield f"links to {framework} {foreign} more than once"
    for threat in control.threats:
        known = _THREAT.fullmatch(threat) is not None if threats is None else threat in threats
        if not known:
            yield f"counters {threat!r}, which the threat catalogue does not have"


def _rule_problems(rule: Rule, *, control: Control, language: ConditionLanguage) -> Iterator[str]:
    yield from _empty(rule, "message", "remediation")
    outside = [tier for tier in rule.tiers if tier not in control.tiers]
    if outside:
        yield f"binds in tier {', '.join(outside)}, which its control {control.id} does not name"
    strangers = [role for role in rule.who_may_waive if role not in APPROVING_ROLES]
    if strangers:
        yield f"may be waived by {', '.join(strangers)}, which is no role that may"
    yield from _condition_problems("applies_when", rule.applies_when, language=language)
    if re.search(r"\bhas\s*\(", rule.applies_when):
        yield "`applies_when` uses has(), which would switch the rule off when nothing is stated"
    match rule.require:
        case FactCheck(condition=condition):
            yield from _condition_problems("condition", condition, language=language)
            if not names_a_fact(condition):
                yield "`condition` names no fact, so it says the same of every system"
        case MeasureCheck(category=category):
            known = {*CATEGORIES, *DECISION_CATEGORIES}
            near = [] if category in known else get_close_matches(category, sorted(known), n=1)
            if near:
                yield f"asks for category {category!r}; did you mean {near[0]!r}?"
        case EvidenceCheck(type=type_):
            if _EVIDENCE_TYPE.fullmatch(type_) is None:
                yield f"evidence type {type_!r} must look like `document:runbook`"


def _condition_problems(field: str, expression: str, *, language: ConditionLanguage) -> Iterator[str]:
    reason = language.problem(expression)
    if reason is not None:
        yield f"`{field}` does not compile: {reason}"
        return
    for fact in unknown_facts(expression):
        yield f"`{field}` names the fact `{fact}`, which does not exist"


def _empty(value: object, *names: str) -> Iterator[str]:
    for name in names:
        if not getattr(value, name).strip():
            yield f"`{name}` is empty"
