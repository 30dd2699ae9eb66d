"""Runs the examples that every rule carries: a rule that was never seen to fire, or to be silent, is not one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from roadworthy.lint.engine import check
from roadworthy.lint.model import Example, LintRule
from roadworthy.lint.ports import Repository

_ANY_DAY = date(2026, 1, 1)


def found_in(rule: LintRule, example: Example, *, repository_of: Callable[[Mapping[str, str]], Repository]) -> bool:
    """Return whether ``rule`` finds something in ``example``."""
    report = check(repository_of(example.files), [rule], today=_ANY_DAY)
    return any(finding.rule == rule.id for finding in report.findings)


def disappointed(
    rules: Iterable[LintRule], *, repository_of: Callable[[Mapping[str, str]], Repository]
) -> Iterator[str]:
    """Yield each example that does not come out as it says, as ``rule: note: what happened``."""
    for rule in rules:
        for example in rule.examples:
            found = found_in(rule, example, repository_of=repository_of)
            if found != example.finds:
                happened = "was found" if found else "was not found"
                yield f"{rule.id}: {example.note}: {happened}"
