"""What a look at a repository comes to as facts, for conditions of rules: paths and ids, never content."""

from __future__ import annotations

from collections import Counter

from roadworthy.core.digest import JsonValue
from roadworthy.core.severity import Severity
from roadworthy.lint.model import Area
from roadworthy.runtime.linting.look import Look


def lint_facts(look: Look) -> dict[str, JsonValue]:
    """Return what ``look`` found as facts, in a fixed order.

    Returns:
        ``files`` (number), ``areas`` (number of blocking findings by area, each area named), ``findings``
        (rule, area, severity, path, component), ``suppressed`` (rule, path, until), ``excluded`` and
        ``unread`` (paths), ``blind`` (keys of components none of whose files was looked at).
    """
    report = look.report
    blocking = Counter(one.area for one in report.findings if one.severity is Severity.BLOCK)
    findings = sorted(
        {(one.rule, one.area.value, one.severity.value, one.path, one.component) for one in report.findings}
    )
    suppressed = sorted(
        {(one.rule, one.path, one.suppressed.until.isoformat()) for one in report.suppressed if one.suppressed}
    )
    return {
        "files": report.files,
        "areas": {area.value: blocking[area] for area in Area},
        "findings": [
            dict(zip(("rule", "area", "severity", "path", "component"), one, strict=True)) for one in findings
        ],
        "suppressed": [dict(zip(("rule", "path", "until"), one, strict=True)) for one in suppressed],
        "excluded": [path_of(one) for one in report.excluded],
        "unread": [path_of(one) for one in report.unread],
        "blind": list(look.blind),
    }


def path_of(told: str) -> str:
    """Return the path of ``path: reason``.

    >>> path_of("a/b.py: is not text")
    'a/b.py'
    """
    return told.partition(": ")[0]
