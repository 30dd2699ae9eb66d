"""A matter: one thing that questionnaires ask about, known by the words they use."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar

from roadworthy.core.subject import STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One thing that customers ask about."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    phrases: tuple[str, ...]
    """Any case; ``*`` stands for the rest of a word, ``…`` for up to six words between."""

    facts: tuple[str, ...] = ()
    """What the manifest states about it: fields of ``system``, or ``components``, ``assessment``, ``documents``."""

    controls: tuple[str, ...] = ()
    """Names of controls without their pack."""

    _solid: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _loose: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, loose in (("_solid", False), ("_loose", True)):
            forms = [_form(phrase) for phrase in self.phrases if ("…" in phrase) is loose]
            object.__setattr__(self, name, re.compile("|".join(forms) or r"(?!)", re.IGNORECASE))

    def places(self, text: str) -> tuple[Place, ...]:
        """Return where the phrases of ``text`` stand that show it."""
        both = ((self._solid, False), (self._loose, True))
        return tuple(
            Place(start=found.start(), end=found.end(), loose=loose, matter=self)
            for pattern, loose in both
            for found in pattern.finditer(text)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a phrase of a matter stands in a question."""

    start: int
    end: int
    loose: bool
    """Whether other words may stand between those of the phrase."""

    matter: Matter

    def yields_to(self, other: Place) -> bool:
        """Return whether ``other`` says more exactly what is meant here.

        Of two phrases the longer one, if nothing may stand between its words; else the one that stands inside.
        """
        if other.matter.name == self.matter.name:
            return False
        inside = other.start <= self.start and self.end <= other.end
        around = self.start <= other.start and other.end <= self.end
        longer = other.end - other.start > self.end - self.start
        return (inside and longer and not other.loose) or (self.loose and around and not other.loose)


def _form(phrase: str) -> str:
    words = (r"\w*".join(re.escape(part) for part in word.split("*")) for word in phrase.replace("…", " … ").split())
    joined = ""
    for word in words:
        if word == re.escape("…"):
            joined += r"(?:[\s\W]+\w+){0,6}?"
        else:
            joined += (r"[\s\W]+" if joined else "") + word
    return rf"(?<!\w){joined}(?!\w)"


def matter(name: str, phrases: str, *, facts: str = "", controls: str = "") -> Matter:
    """Make a matter from the short form in which the list is written.

    Args:
        name: What it is called.
        phrases: With ``|`` between them; see `Matter.phrases`.
        facts: With spaces between them.
        controls: With spaces between them.
    """
    return Matter(
        name=name, phrases=tuple(phrases.split("|")), facts=tuple(facts.split()), controls=tuple(controls.split())
    )
