"""Patterns that match less or more than who wrote them thought."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roadworthy.core.severity import Severity
from roadworthy.guard.check.model import Flaw
from roadworthy.guard.engine.compiling.problem import Place
from roadworthy.guard.policy.model import GuardPolicy
from roadworthy.guard.rails.pattern import PatternSettings
from roadworthy.guard.rails.retrieval.citation import CitationSettings
from roadworthy.guard.rails.structured.rail import StructuredOutputSettings
from roadworthy.sensitive.pattern import compiled

_DOMAIN_IN_CLASS = re.compile(r"\[\^?[\w-]{2,}\\?\.[a-z]{2,24}[^\]]{0,200}\]")
_OPEN_DOT = re.compile(
    r"(?<![\\\w])(?:[\w-]{1,60}\.){1,5}(?:com|org|net|io|ai|dev|app|eu|de|fr|es|it|nl|pl|pt|uk|us|gov|edu|info|example)(?![\w-])"
)
_AT_START = re.compile(r"(?:\(\?[a-zA-Z]*\))?(?:\^|\\A)")
_AT_END = re.compile(r"(?<!\\)\$$|\\z$")
_ORDINARY = ("Hello, how are you today?", "the order has arrived", "12 345", "a", "Grüße aus Wien")
"""Texts that have nothing in common: what matches a part of each of them matches everything."""


def pattern_flaws(policy: GuardPolicy) -> Iterator[Flaw]:
    """Yield what is wrong with the patterns of the rules of ``policy``."""
    for number, rule in enumerate(policy.rules):
        place: Place = ("rules", number, "rail")
        match rule.rail:
            case PatternSettings(patterns=patterns, unless=unless):
                yield from _each(patterns, (*place, "patterns"), subject=f"rule {rule.id}")
                yield from _unanchored(patterns, (*place, "patterns"), subject=f"rule {rule.id}")
                yield from _each(unless, (*place, "unless"), subject=f"rule {rule.id}", is_exception=True)
            case CitationSettings(pattern=pattern):
                yield from _each((pattern,), place, subject=f"rule {rule.id}")
            case StructuredOutputSettings(pattern=pattern) if pattern:
                yield from _in_pattern(pattern, (*place, "pattern"), subject=f"rule {rule.id}")


def _each(patterns: tuple[str, ...], place: Place, *, subject: str, is_exception: bool = False) -> Iterator[Flaw]:
    for number, pattern in enumerate(patterns):
        here = (*place, number)
        yield from _in_pattern(pattern, here, subject=subject)
        if _matches_everything(pattern):
            means = "the rule finds nothing at all" if is_exception else "the rule finds something in every text"
            yield Flaw(
                check="pattern-matches-everything",
                severity=Severity.BLOCK,
                place=here,
                subject=subject,
                said=f"{pattern!r} matches a part of any text: {means}",
                fix="name what is looked for",
            )


def _in_pattern(pattern: str, place: Place, *, subject: str) -> Iterator[Flaw]:
    inside = _DOMAIN_IN_CLASS.search(pattern)
    if inside is not None:
        yield Flaw(
            check="domain-in-class",
            severity=Severity.BLOCK,
            place=place,
            subject=subject,
            said=f"{inside[0]!r} stands for one character of that set, not for the name in it",
            fix="write the name without brackets; for hosts use the rail `exfiltration` with `trusted_domains`",
        )
    dotted = _OPEN_DOT.search(_without_classes(pattern))
    if dotted is not None:
        yield Flaw(
            check="dot-not-escaped",
            severity=Severity.WARN,
            place=place,
            subject=subject,
            said=f"the dots of {dotted[0]!r} stand for any character",
            fix=rf"write {dotted[0].replace('.', chr(92) + '.')!r}",
        )


def _unanchored(patterns: tuple[str, ...], place: Place, *, subject: str) -> Iterator[Flaw]:
    for number, pattern in enumerate(patterns):
        if "(?m" in pattern:
            continue
        if _AT_START.match(pattern) or _AT_END.search(pattern):
            yield Flaw(
                check="pattern-anchored",
                severity=Severity.WARN,
                place=(*place, number),
                subject=subject,
                said=f"{pattern!r} is found only at the very start or end of a text: a word before it hides it",
                fix=r"take the anchor out, or use \b for the border of a word and (?m) for lines",
            )


def _matches_everything(pattern: str) -> bool:
    found = compiled(pattern, ignore_case=True)
    return all(found.search(text) is not None for text in _ORDINARY)


def _without_classes(pattern: str) -> str:
    return re.sub(r"\[[^\]]*\]", "", pattern)
