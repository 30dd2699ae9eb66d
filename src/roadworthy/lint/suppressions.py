"""Findings that are let be: where that is written, why, until when, and what is wrong with it.

A suppression without a reason or a last day, or one that reaches further than a year,
does not work and is a finding of its own; so is one that has run out or that nothing
needs any more. Nothing is ever let be for good.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from roadworthy.core.severity import Severity
from roadworthy.inventory.globs import matches_any
from roadworthy.lint.fingerprint import fingerprint
from roadworthy.lint.model import Area, Finding, Suppression

MAX_DAYS = 365
"""How far away the last day of a suppression may be."""

MIN_REASON_CHARACTERS = 8

INVALID, EXPIRED, UNUSED = "suppression/invalid", "suppression/expired", "suppression/unused"
OWN_RULES = (INVALID, EXPIRED, UNUSED)
"""Ids of what is said of suppressions; none of these can be suppressed."""

_MARK = "roadworthy: ignore"
_COMMENT = re.compile(
    r"^(?P<before>.*?)(?:\#|//|/\*|<!--|--|;|%|\{\#)\s*roadworthy:\s?ignore\s*"
    r"(?:\[(?P<rule>[^\]\n]{0,200})\])?\s*(?:until\s+(?P<until>[0-9A-Za-z-]{1,20}))?\s*(?::\s*(?P<reason>.*))?$"
)
_COMMENT_END = re.compile(r"\s*(?:-->|\*/|#\})?\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A suppression as it is written, right or wrong."""

    suppression: Suppression | None
    """None where it is not whole."""

    lines: frozenset[int] | None
    """Lines that it is for; None is the whole of every file that its path covers."""

    path: str = ""
    line: int = 1
    problem: str = ""
    """What is wrong with it; then it does not work."""


def comments_in(path: str, text: str) -> Iterator[Written]:
    """Yield the suppressions in the comments of a file.

    ``# roadworthy: ignore[area/rule] until 2027-01-31: reason`` is for its line, and for the
    next one where it stands alone; ``//``, ``/* */``, ``--``, ``;`` and ``<!-- -->`` do as well.

    >>> line = "x = 1  # roadworthy: ignore[a/b] until 2027-01-31: a test key"
    >>> [one.suppression.rule for one in comments_in("a.py", line)]
    ['a/b']
    """
    if _MARK not in text:
        return
    for number, line in enumerate(text.split("\n"), start=1):
        found = _COMMENT.match(line[:2000]) if _MARK in line else None
        if found is not None:
            alone = not found["before"].strip()
            lines = frozenset((number, number + 1) if alone else (number,))
            yield _written(path, number, lines, found)


def _written(path: str, number: int, lines: frozenset[int], found: re.Match[str]) -> Written:
    rule = (found["rule"] or "").strip()
    reason = _COMMENT_END.sub("", found["reason"] or "")
    until = _day(found["until"] or "")
    problem = ""
    if not rule:
        problem = "it names no rule"
    elif until is None:
        problem = "it names no last day, like `until 2027-01-31`"
    elif len(reason) < MIN_REASON_CHARACTERS:
        problem = "it gives no reason"
    if problem or until is None:
        return Written(suppression=None, lines=lines, path=path, line=number, problem=problem)
    suppression = Suppression(rule=rule, reason=reason, until=until, path=path, place=f"{path}:{number}")
    return Written(suppression=suppression, lines=lines, path=path, line=number)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def settled(
    findings: Sequence[Finding],
    written: Sequence[Written],
    *,
    today: date,
    asked: Collection[str],
    known: Collection[str],
    looked: Collection[str],
    is_all: bool,
) -> tuple[list[Finding], list[Finding]]:
    """Part findings into those in force and those that are suppressed.

    Args:
        findings: Everything that was found.
        written: Every suppression, right or wrong.
        today: Suppressions work until the end of their last day.
        asked: Rules that were asked; a suppression of another one is not called unused.
        known: Rules that exist.
        looked: Files that were looked at.
        is_all: Whether these were all files.

    Returns:
        Those in force, what is wrong with suppressions among them; and the suppressed.
    """
    working = [w for w in written if w.suppression is not None and not _fault(w.suppression, today, known)]
    used: set[int] = set()
    in_force: list[Finding] = []
    suppressed: list[Finding] = []
    for finding in findings:
        index = next((i for i, w in enumerate(working) if _covers(w, finding)), None)
        if index is None:
            in_force.append(finding)
        else:
            used.add(index)
            suppressed.append(replace(finding, suppressed=working[index].suppression))
    unused = [w for i, w in enumerate(working) if i not in used and _is_told_unused(w, asked, looked, is_all=is_all)]
    in_force += _own_findings(written, unused, today=today, known=known)
    return in_force, suppressed


def _covers(written: Written, finding: Finding) -> bool:
    one = written.suppression
    if one is None or one.rule != finding.rule:
        return False
    if written.lines is not None:
        return one.path == finding.path and finding.line in written.lines
    return matches_any(finding.path, (one.path,))


def _is_told_unused(written: Written, asked: Collection[str], looked: Collection[str], *, is_all: bool) -> bool:
    one = written.suppression
    if one is None or one.rule not in asked:
        return False
    return written.lines is not None or is_all or any(matches_any(path, (one.path,)) for path in looked)


def _fault(one: Suppression, today: date, known: Collection[str]) -> tuple[str, str] | None:
    """Return rule and problem of a suppression that does not work; None for one that does."""
    if one.rule not in known:
        return INVALID, f"no rule is called {one.rule[:80]!r}"
    if one.until < today:
        return EXPIRED, f"the suppression of {one.rule} ran out on {one.until}"
    if one.until > today + timedelta(days=MAX_DAYS):
        return INVALID, f"the suppression of {one.rule} lasts until {one.until}, more than {MAX_DAYS} days from now"
    return None


def _own_findings(
    written: Iterable[Written], unused: Iterable[Written], *, today: date, known: Collection[str]
) -> Iterator[Finding]:
    for one in written:
        if one.suppression is None:
            yield _own(one, INVALID, f"the suppression does not work: {one.problem}")
        elif fault := _fault(one.suppression, today, known):
            rule, problem = fault
            yield _own(one, rule, f"the suppression does not work: {problem}" if rule == INVALID else problem)
    for one in unused:
        if one.suppression is not None:
            yield _own(one, UNUSED, f"nothing needs the suppression of {one.suppression.rule} any more")


_FIX = {
    INVALID: "Write `roadworthy: ignore[area/rule] until YYYY-MM-DD: reason`, with a day at most a year away.",
    EXPIRED: "Mend what it let be, or give a new reason and a new last day.",
    UNUSED: "Remove it.",
}
_SEVERITY = {INVALID: Severity.WARN, EXPIRED: Severity.WARN, UNUSED: Severity.INFO}


def _own(written: Written, rule: str, said: str) -> Finding:
    place, _, line = written.suppression.place.rpartition(":") if written.suppression else ("", "", "")
    path = written.path or place
    subject = written.suppression.rule if written.suppression else str(written.line)
    return Finding(
        rule=rule,
        area=Area.SUPPRESSION,
        severity=_SEVERITY[rule],
        path=path,
        line=written.line if written.path else int(line or 1),
        column=1,
        said=said,
        fix=_FIX[rule],
        references=(),
        fingerprint=fingerprint(rule=rule, path=path, subject=subject),
    )
