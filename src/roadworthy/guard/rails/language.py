"""Looks at the language and the script that a text is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from roadworthy.core.subject import STRICT
from roadworthy.guard.ports import LanguageIdentifier
from roadworthy.guard.rails.language_words import LANGUAGES, UNDETERMINED, WordsIdentifier, identified, scripts_of
from roadworthy.guard.rails.rail import Scene, Triggers
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Segment, Span
from roadworthy.guard.verdict import Detection, OperatingPoint

BUILT_IN = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageSettings:
    """Which languages a text may be in.

    Raises:
        ValueError: If nothing is demanded, a number is out of range, or the built-in identifier does not know a
            language: it would then find it in no text.
    """

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["language"] = "language"
    allowed: tuple[str, ...] = ()
    """BCP 47 without region, such as ``de``; empty: any, unless ``as_principal``."""

    as_principal: bool = False
    """Whether the language of the principal's locale is allowed besides; where none is stated, only ``allowed`` is."""

    identifier: str = BUILT_IN
    """Who tells: ``words`` is built in; else the name of a `LanguageIdentifier`."""

    min_letters: int = 24
    """Letters below which a text is not judged, >= 1. Names, numbers and single words are in no language."""

    min_confidence: float = 0.0
    """In [0, 1]; below it the language cannot be told."""

    undetermined: Literal["pass", "find"] = "pass"
    """What follows where the language cannot be told."""

    def __post_init__(self) -> None:
        if not self.allowed and not self.as_principal:
            raise ValueError("neither `allowed` nor `as_principal`: any language would do")
        if self.min_letters < 1:
            raise ValueError(f"`min_letters` must be >= 1, got {self.min_letters}")
        if not 0 <= self.min_confidence <= 1:
            raise ValueError(f"`min_confidence` must be in [0, 1], got {self.min_confidence}")
        unknown = sorted(set(map(_primary, self.allowed)) - set(LANGUAGES))
        if self.identifier == BUILT_IN and unknown:
            raise ValueError(f"`words` does not know {unknown[0]!r}; it knows {', '.join(LANGUAGES)}")


_NUM_PIECES = 4
_PIECE = 64
"""Characters of one of the pieces from which a long text is told at first."""

_LONG = 2 * _NUM_PIECES * _PIECE


class LanguageRail:
    """Finds a text that is in another language than it may be.

    Of a long text four pieces are looked at first, and all of it unless these are in a language that is allowed.

    Args:
        settings: Which languages.
        identifier: Who tells; None: the built-in one.
    """

    triggers: Triggers | None = None
    reach: int | None = None

    def __init__(self, settings: LanguageSettings, *, identifier: LanguageIdentifier | None = None) -> None:
        self._settings = settings
        self._identifier = identifier
        self._allowed = frozenset(map(_primary, settings.allowed))

    @property
    def operating_point(self) -> OperatingPoint | None:
        """Of who tells."""
        return (self._identifier or WordsIdentifier).operating_point

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        """Return the whole text if its language is none that is allowed."""
        text = reading.plain
        if len(text) < self._settings.min_letters:
            return ()
        if self._identifier is None and len(text) > _LONG and self._looks_allowed(reading.folded, scene):
            return ()
        letters = scripts_of(text)
        if sum(letters.values()) < self._settings.min_letters:
            return ()
        guess = identified(reading.folded, letters) if self._identifier is None else self._identifier.identify(text)
        told = guess.language != UNDETERMINED and guess.confidence >= self._settings.min_confidence
        if self._is_allowed(guess.language, scene) if told else self._settings.undetermined == "pass":
            return ()
        return (
            Detection(
                kind="language",
                span=Span(start=0, end=len(segment.text)),
                detail=guess.language if told else UNDETERMINED,
                score=guess.confidence,
            ),
        )

    def _looks_allowed(self, folded: str, scene: Scene) -> bool:
        """Return whether some of a long text, from all over it, is in a language that is allowed."""
        step = len(folded) // _NUM_PIECES
        some = "\n".join(folded[place : place + _PIECE] for place in range(0, step * _NUM_PIECES, step))
        guess = identified(some, scripts_of(some))
        told = guess.language != UNDETERMINED and guess.confidence >= self._settings.min_confidence
        return told and self._is_allowed(guess.language, scene)

    def _is_allowed(self, language: str, scene: Scene) -> bool:
        primary = _primary(language)
        if primary in self._allowed:
            return True
        locale = scene.event.principal.locale
        return self._settings.as_principal and bool(locale) and primary == _primary(locale)


def language_rail(settings: LanguageSettings, identifiers: Mapping[str, LanguageIdentifier]) -> LanguageRail:
    """Return the rail with the identifier that its settings name.

    Raises:
        LookupError: If there is none of that name.
    """
    named = None if settings.identifier == BUILT_IN else identifiers[settings.identifier]
    return LanguageRail(settings, identifier=named)


_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id"}
"""Other tags for the same language."""


def _primary(tag: str) -> str:
    primary = tag.replace("_", "-").split("-")[0].lower()
    return _SAME.get(primary, primary)
