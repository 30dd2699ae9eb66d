"""How the credentials of one issuer look. Whether one works is never tried here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache


class Group(StrEnum):
    """Whose credentials, roughly."""

    CLOUD = "cloud"
    MODEL = "model"
    CODE = "code"
    """Where source, packages and builds lie."""

    MESSAGE = "message"
    PAYMENT = "payment"
    SERVICE = "service"
    KEY = "key"
    """Private keys."""

    ADDRESS = "address"
    """Passwords within addresses of databases and services."""

    TOKEN = "token"  # a group's name, not a value
    ASSIGNED = "assigned"
    """Values without a format of their own, given to names like ``password``."""


class Check(StrEnum):
    """What a credential's own structure says of it: a check sum, or a part that decodes."""

    HOLDS = "holds"
    FAILS = "fails"
    """It cannot have been issued like that."""

    NONE = "none"
    """Its format has nothing to check, or not all of it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How one kind of credential looks.

    >>> github = Format(group=Group.CODE, provider="github", name="GitHub token", heads=("ghp_",),
    ...                 body="[A-Za-z0-9]{36}", tail="[a-z0-9]{16}", most=40)
    >>> github.regex.match("ghp_" + "a1B2" * 9).end()
    40
    """

    group: Group
    provider: str
    """Who issues it, as settings name it: lower-case letters, digits and hyphens."""

    name: str
    """What it is called in findings."""

    heads: tuple[str, ...]
    """Literal texts, one of which is in every credential of the kind, at its beginning or ``lead`` after it."""

    body: str
    """What follows a head, as a regular expression that needs time in proportion to the text."""

    tail: str
    """RE2 over lower-case text: what follows the head at least. It makes the scan of all texts precise."""

    most: int
    """Most characters of all of it."""

    lead: str = ""
    """What stands before the head and belongs to it, as a regular expression; of ``lead_lengths``."""

    lead_lengths: tuple[int, ...] = (0,)
    """Longest first."""

    check: Callable[[str], Check] | None = None
    """Says whether its structure holds."""

    weak: bool = False
    """Whether the format is so wide that words and names fit it: then it must look random as well."""

    opening: str = ""
    """Of a long kind, how the body begins: that is enough to stop a text. Empty: it is not long."""

    opening_most: int = 0
    """Most characters that make up a head and an opening."""

    ends: bool = True
    """Whether no letter or digit may follow. False where only how it begins is looked at."""

    @property
    def beginning(self) -> Format:
        """The format of how one begins, itself where it is not long."""
        if not self.opening:
            return self
        return replace(self, body=self.opening, most=self.opening_most, opening="", ends=False)

    @property
    def regex(self) -> re.Pattern[str]:
        """Matches all of it, from its first character; a group, where there is one, holds the secret part."""
        return _compiled(self.lead, self.heads, self.body, self.ends)

    @property
    def trigger(self) -> str:
        """RE2 that matches in lower-case text wherever one of them stands."""
        heads = "|".join(re.escape(head.lower()) for head in self.heads)
        return f"(?:{heads}){self.tail}" if len(self.heads) > 1 else heads + self.tail


@lru_cache(maxsize=512)
def _compiled(lead: str, heads: tuple[str, ...], body: str, ends: bool) -> re.Pattern[str]:
    # Longer heads first: one may begin with another.
    head = "|".join(re.escape(head) for head in sorted(heads, key=len, reverse=True))
    return re.compile(f"{lead}(?:{head})(?:{body})" + ("(?![A-Za-z0-9])" if ends else ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSecret:
    """Where a credential stands, and what it is; never its value."""

    group: Group
    provider: str
    name: str
    start: int
    end: int
    check: Check = Check.NONE

    @property
    def with_article(self) -> str:
        """Its name as a phrase."""
        return f"{'an' if self.name[0] in 'AEIOUaeiou' else 'a'} {self.name}"

    @property
    def said(self) -> str:
        """What is said of it."""
        return f"{self.with_article} of {self.end - self.start} characters"
