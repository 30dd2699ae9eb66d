"""A framework as a value: its edition, its source, and what its identifiers look like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Identifiers: TypeAlias = frozenset[str] | re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """A document whose requirements controls relate to, in one edition."""

    title: str
    edition: str
    """Which edition the identifiers are of."""

    source: str
    """Where it is published: a citation, an ELI or DOI path, never text of it."""

    terms: str
    """Under which terms its identifiers and its text may be used."""

    identifiers: Identifiers
    """Every identifier, or the form that each has."""

    topics: Mapping[str, str] = field(default_factory=dict)
    """What a part is about, in our words, by the identifier or its first part."""

    def has(self, identifier: str) -> bool:
        """Return whether ``identifier`` is one of its identifiers, as far as their numbers and form say."""
        if isinstance(self.identifiers, frozenset):
            return identifier in self.identifiers
        return self.identifiers.fullmatch(identifier) is not None

    def topic(self, identifier: str) -> str:
        """Return what ``identifier`` is about, in our words; empty where nothing is said."""
        return self.topics.get(identifier) or self.topics.get(identifier.partition("(")[0].strip(), "")


_SUB = r"(\(\d{1,2}[a-z]?\))?(\([a-z]{1,3}\))?"


def numbers(last: int) -> str:
    """Return a pattern of the numbers 1 to ``last``, without leading zeros."""
    return "(" + "|".join(str(number) for number in range(last, 0, -1)) + ")"


def articles(last: int, *, annexes: str = "", also: str = "") -> re.Pattern[str]:
    """Return the form of articles 1 to ``last`` with their paragraphs, of ``annexes`` and of articles ``also``.

    >>> bool(articles(99).fullmatch("Art. 22(1)")), bool(articles(99).fullmatch("Art. 100"))
    (True, False)
    """
    number = f"({numbers(last)}{f'|{also}' if also else ''})"
    return re.compile(rf"Art\. {number}{_SUB}" + (rf"|Annex ({annexes})" if annexes else ""))


def sections(prefix: str, which: str) -> re.Pattern[str]:
    """Return the form of the sections ``which``, a pattern, after ``prefix``, with their subsections.

    >>> bool(sections("16 CFR 312.", numbers(13)).fullmatch("16 CFR 312.5(b)(1)"))
    True
    """
    return re.compile(rf"{re.escape(prefix)}{which}(\((\d{{1,2}}[a-z]?|[a-z]{{1,5}}|[A-Z])\)){{0,4}}")
