"""Lint rules as data: those that are shipped, and a team's own folder of them."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from pydantic import TypeAdapter

from roadworthy.adapters.datasets.yaml_rows import yaml_rows
from roadworthy.adapters.yaml_source import Located, combined, validated
from roadworthy.core.errors import ConfigError
from roadworthy.lint.model import Area, LintRule
from roadworthy.lint.scan import require_patterns

MAX_FILES = 200
_RULE = TypeAdapter(LintRule)
_FIX = "see docs/how-to/lint-a-repository.md"


@cache
def read_rules(areas: Collection[Area] | None = None) -> tuple[LintRule, ...]:
    """Return the shipped rules, by id; of ``areas`` alone where these are given (as a tuple or frozenset).

    Raises:
        ConfigError: With every problem found.
    """
    with as_file(files("roadworthy.lint_rules")) as folder:
        return tuple(rule for rule in read_rules_below(folder) if areas is None or rule.area in areas)


def read_rules_below(folder: Path) -> tuple[LintRule, ...]:
    """Return the rules of every ``*.yaml`` file in ``folder``, by id.

    Raises:
        ConfigError: With every problem found, each with file and line.
    """
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise ConfigError("there is no file of lint rules", where=str(folder), fix="put rules in a file `*.yaml` there")
    found: list[LintRule] = []
    problems: list[ConfigError] = []
    for path in paths[:MAX_FILES]:
        try:
            rows = list(yaml_rows(path))
        except ConfigError as error:
            problems.append(error)
            continue
        for row in rows:
            try:
                found.append(_rule(row))
            except ConfigError as error:
                problems.append(error)
    if problems:
        raise combined(problems)
    return tuple(sorted(found, key=lambda rule: rule.id))


def _rule(row: Located | ConfigError) -> LintRule:
    """Return one rule.

    Raises:
        ConfigError: If it does not read.
    """
    if isinstance(row, ConfigError):
        raise ConfigError("a lint rule must be a mapping", where=row.where, fix="begin each with `- id: area/name`")
    rule = validated(_RULE, row, error=ConfigError, fix=_FIX)
    try:
        require_patterns(rule.detect)
    except ValueError as error:
        raise ConfigError(f"{rule.id}: {error}", where=row.where(("detect",)), fix="write it as RE2") from None
    return rule
