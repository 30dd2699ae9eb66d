"""What the command line asks of lint: flags in, reports and rules out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from roadworthy.adapters.clock import SystemClock
from roadworthy.core.errors import ConfigError, NotFoundError
from roadworthy.lint.model import Area, LintReport, LintRule
from roadworthy.runtime.linting.look import LintRequest, lint, root_for, rules_for
from roadworthy.runtime.linting.told import without_known


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found, and where."""

    report: LintReport
    root: Path
    known: int
    """Findings that the baseline holds, which are not in the report."""


def looked_at(
    root: Path | None,
    paths: Sequence[Path],
    *,
    rules: Sequence[str],
    areas: Sequence[str],
    staged: bool,
    baseline: Path | None,
) -> Looked:
    """Look at a repository today.

    Args:
        root: Its folder; None is the nearest one from here upwards.
        paths: Files and folders; empty is everything.
        rules: Ids of the rules that are asked; empty is all.
        areas: Areas whose rules are asked; empty is all.
        staged: Whether what is staged is looked at.
        baseline: An earlier report, whose findings are left out.

    Raises:
        ConfigError: If something is asked wrongly.
        NotFoundError: If a rule does not exist.
    """
    if staged and paths:
        raise ConfigError("`--staged` names the files already", where="PATHS", fix="leave out the paths or `--staged`")
    here = root if root is not None else root_for(Path())
    request = LintRequest(
        root=here, paths=tuple(paths), rules=tuple(rules), areas=tuple(map(_area, areas)), staged=staged
    )
    report, known = lint(request, today=SystemClock().now().date()), 0
    if baseline is not None:
        report, known = without_known(report, baseline)
    return Looked(report=report, root=here, known=known)


def listed_rules(root: Path | None, *, areas: Sequence[str]) -> tuple[LintRule, ...]:
    """Return the rules of a repository, by id; of some areas alone where these are given.

    Raises:
        ConfigError: If an area does not exist or a rule does not read.
    """
    wanted = tuple(map(_area, areas))
    found = rules_for(root if root is not None else root_for(Path()))
    return tuple(rule for rule in found if not wanted or rule.area in wanted)


def rule_named(root: Path | None, name: str) -> LintRule:
    """Return the rule with this id.

    Raises:
        NotFoundError: If there is none.
    """
    found = next((rule for rule in listed_rules(root, areas=()) if rule.id == name), None)
    if found is None:
        raise NotFoundError(f"no lint rule is called {name[:80]!r}", where="RULE", fix="see `rw lint rules`")
    return found


def _area(name: str) -> Area:
    try:
        return Area(name)
    except ValueError:
        known = ", ".join(area.value for area in Area)
        raise ConfigError(f"no area is called {name[:40]!r}", where="--area", fix=f"choose one of {known}") from None
