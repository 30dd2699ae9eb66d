"""Tests in Rego for exported rules, from the pack's cases and from hostile input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from roadworthy.core.digest import JsonValue, plain
from roadworthy.policy.cases import Case
from roadworthy.policy.expressions.parse import parse
from roadworthy.policy.model import FactCheck, Rule
from roadworthy.policy.ports import Broken, ConditionLanguage, Fails, Holds, Missing, Truth
from roadworthy.policy.rego.hostile import MANY, Hostile, Path, fact_paths, hostile_facts
from roadworthy.policy.rego.modules import RuleModule
from roadworthy.policy.rego.names import comment, package_name, rule_name, text


def tests_of(
    pack: str, written: Sequence[RuleModule], cases: Sequence[Case], language: ConditionLanguage
) -> tuple[str, int]:
    """Return the test module of ``pack``, and how many tests it has.

    What each rule must say is what ``language`` says of the same facts; a rule is asked as the
    function of the input that it is, so no test depends on the day or on another rule.

    Args:
        pack: Name of the pack.
        written: Its rules in Rego.
        cases: The pack's own; those of rules that are not in force are left out.
        language: The condition language that the rules were written for.
    """
    name = package_name(pack)
    lines = [
        f"# Tests of data.roadworthy.packs.{name}: the pack's own cases, and input that is absent, of a wrong type,",
        "# null or very long.",
        f"package roadworthy.packs.{name}_test",
        "",
        "import rego.v1",
        "",
        f"import data.roadworthy.packs.{name}",
    ]
    count = 0
    for item in written:
        of_rule = [case for case in cases if case.rule == item.rule.id]
        tests = list(_tests(item, of_rule, language, module=name))
        for number, (note, body) in enumerate(tests, start=1):
            lines += ["", *comment(note), f"test_{rule_name(item.rule.id)}_{number} if {{", f"\t{body}", "}"]
        count += len(tests)
    return "\n".join(lines) + "\n", count


def _tests(
    item: RuleModule, cases: Sequence[Case], language: ConditionLanguage, *, module: str
) -> Iterator[tuple[str, str]]:
    asked = f"{module}.{rule_name(item.rule.id)}"
    stated = [Hostile(note=case.note, facts=plain(case.facts)) for case in cases]
    good = _good(item.rule, stated, language)
    seen = set()
    for given in (*stated, *hostile_facts(good, _paths(item.rule))):
        want = _want(item, given.facts, language)
        written = literal(given.facts)
        if (written, want) not in seen:
            seen.add((written, want))
            yield given.note, f"{asked}({written}).outcome == {text(want)}"
    if item.obligation is not None and _want(item, good, language) == "missing":
        for note, evidence, outcome_ in _summaries(item.rule.id):
            yield (
                note,
                f'{asked}(object.union({literal(good)}, {{"evidence": {evidence}}})).outcome == {text(outcome_)}',
            )


def _want(item: RuleModule, facts: JsonValue, language: ConditionLanguage) -> str:
    """Return what the rule must say of ``facts`` where there is no summary of evidence."""
    untold = item.obligation is not None and isinstance(item.rule.require, FactCheck)
    if untold:
        return "missing"
    if not isinstance(facts, dict):
        return "missing" if item.obligation is not None and item.rule.applies_when.strip() == "true" else "error"
    found = fact_outcome(item.rule, facts, language)
    return "missing" if found == "applies" else found


def fact_outcome(rule: Rule, facts: Mapping[str, JsonValue], language: ConditionLanguage) -> str:
    """Return what ``rule`` says of ``facts``: an outcome, or ``applies`` where facts alone cannot tell."""
    applies = language.evaluate(rule.applies_when, facts)
    if not isinstance(applies, Holds):
        return _said(applies, fails="not_applicable")
    if not isinstance(rule.require, FactCheck):
        return "applies"
    return _said(language.evaluate(rule.require.condition, facts), fails="fail")


def _said(truth: Truth, *, fails: str) -> str:
    match truth:
        case Holds():
            return "pass"
        case Fails():
            return fails
        case Missing():
            return "missing"
        case Broken():
            return "error"


def _good(rule: Rule, stated: Sequence[Hostile], language: ConditionLanguage) -> dict[str, JsonValue]:
    """Return facts that the rule passes, or to which it applies; the last resort are none."""
    for given in stated:
        if isinstance(given.facts, dict) and fact_outcome(rule, given.facts, language) in ("pass", "applies"):
            return given.facts
    return {}


def _paths(rule: Rule) -> frozenset[Path]:
    conditions = [rule.applies_when]
    if isinstance(rule.require, FactCheck):
        conditions.append(rule.require.condition)
    found: frozenset[Path] = frozenset()
    for condition in conditions:
        try:
            found |= fact_paths(parse(condition))
        except ValueError:
            continue
    return found


def _summaries(rule: str) -> Iterator[tuple[str, str, str]]:
    digest = "data.roadworthy.policy.digest"
    said = f'{{"policy": {digest}, "rules": {{{text(rule)}: {{"outcome": %s}}}}}}'
    yield "the gate says pass", said % '"pass"', "pass"
    yield "the gate says fail", said % '"fail"', "fail"
    yield "the summary says what cannot be", said % '"fine"', "error"
    yield "the summary says true", said % "true", "error"
    yield "the summary says null", said % "null", "missing"
    yield "the summary is of another policy", (said % '"pass"').replace(digest, '"sha256:0"'), "missing"
    yield "the summary names no policy", f'{{"rules": {{{text(rule)}: {{"outcome": "pass"}}}}}}', "missing"
    yield "the summary has no rules", f'{{"policy": {digest}}}', "missing"
    yield "the summary is a list", "[1]", "missing"
    yield "the summary is null", "null", "missing"


def literal(value: JsonValue) -> str:
    """Return ``value`` in Rego; a long list of equal parts is written as what makes it.

    >>> literal({"a": [1, None, "x"], "b": True})
    '{"a": [1, null, "x"], "b": true}'
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return text(value)
        case Mapping():
            return "{" + ", ".join(f"{text(str(key))}: {literal(item)}" for key, item in value.items()) + "}"
        case list() | tuple():
            return _list(value)
        case _:
            return repr(value)


def _list(items: Sequence[JsonValue]) -> str:
    period = len(items) // MANY
    if period and len(items) == period * MANY and list(items) == list(items[:period]) * MANY:
        part = ", ".join(literal(item) for item in items[:period])
        return f"[item | some _ in numbers.range(1, {MANY}); some item in [{part}]]"
    return "[" + ", ".join(literal(item) for item in items) + "]"
