"""The reference page of lint rules, made from the rules themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from roadworthy.adapters.lint.rules import read_rules
from roadworthy.lint.model import Area, LintRule
from roadworthy.lint.suppressions import EXPIRED, INVALID, UNUSED

_NOTE = "<!-- Made by docs/generate.py; edit the source that it names, not this page. -->"
_INTRODUCTION = """\
Every rule of [`rw lint`](../how-to/lint-a-repository.md), from the data in `src/roadworthy/lint_rules`. *block* fails
the check, *warn* and *info* are shown. `rw lint explain RULE` says more, and shows the rule's examples.
"""
_AREAS = {
    Area.PROMPT: "Prompts",
    Area.TOOL: "Tool definitions",
    Area.MCP: "MCP servers",
    Area.AGENT: "Agents and graphs of agents",
    Area.RETRIEVAL: "Retrieval",
    Area.GUARD: "Guard policies",
    Area.MODEL: "Model files and how they are loaded",
    Area.DATASET: "Datasets",
    Area.DEPENDENCY: "Dependencies",
    Area.LICENCE: "Licences",
    Area.LOGGING: "What is logged",
    Area.SECRET: "Secrets",
}
_OWN = (
    (INVALID, "warn", "A suppression that does not work: no rule, no reason, no last day, or one too far away"),
    (EXPIRED, "warn", "A suppression that has run out"),
    (UNUSED, "info", "A suppression that nothing needs any more"),
)


def lint_rules_page() -> str:
    """Return the page as Markdown."""
    rules = read_rules()
    lines = ["# Lint rules", "", _NOTE, "", _INTRODUCTION]
    by_area = {area: tuple(some) for area, some in groupby(sorted(rules, key=_place), key=lambda rule: rule.area)}
    for area, title in _AREAS.items():
        if area in by_area:
            lines += [f"## {title}", "", *_table(by_area[area]), ""]
    lines += ["## Suppressions", "", "| rule | severity | finds |", "|---|---|---|"]
    lines += [f"| `{rule}` | {severity} | {what} |" for rule, severity, what in _OWN]
    return "\n".join(lines) + "\n"


def _place(rule: LintRule) -> tuple[str, str]:
    return rule.area.value, rule.id


def _table(rules: Iterable[LintRule]) -> Iterator[str]:
    yield "| rule | severity | finds | why | what to do | serves |"
    yield "|---|---|---|---|---|---|"
    for rule in rules:
        serves = ", ".join(f"{one.framework} {one.id}" for one in rule.references)
        cells = (f"`{rule.id}`", rule.severity.value, rule.title, rule.why, rule.fix, serves)
        yield f"| {' | '.join(_cell(one) for one in cells)} |"


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;")).strip()
