"""Looks whether what must be said is said: that it is a machine that answers, where it has it from, what it is not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from roadworthy.core.subject import STRICT
from roadworthy.guard.locale import candidates
from roadworthy.guard.rails.rail import Scene, Triggers
from roadworthy.guard.reading.reading import Reading, read
from roadworthy.guard.segment import Segment, Span
from roadworthy.guard.verdict import Detection, Edit, EditKind, OperatingPoint
from roadworthy.sensitive.pattern import compiled

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_LOOK_BACK = 120
_SENTENCE_END = re.compile(r"[.!?\u3002\uff01\uff1f]\s|\n")
_DENIAL = re.compile(
    r"\b(?:not|never|no longer|isn't|false|untrue|wrong|pretend|nicht|nie|niemals|falsch|kein|keine|pas|jamais|faux"
    r"|falso|falsa|nunca|jam[aá]s|mai|non [eè] vero|não|niet|nooit|onwaar|geen|nieprawda|nigdy|nie)\b",
    re.IGNORECASE,
)
_QUOTES = (("\u201c", "\u201d"), ("\u201e", "\u201c"), ("\u00ab", "\u00bb"), ("\u2018", "\u2019"))
_QUOTED_LINE = re.compile(r"[ ]{0,3}>|    |\t")
_MAX_MATCHES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What is said in one language, and how else it may be said.

    Raises:
        ValueError: If the text is empty, or a pattern is none.
    """

    __pydantic_config__: ClassVar = STRICT

    locale: str
    """BCP 47, or ``*`` for every locale without one of its own."""

    text: str
    """What is put in where it is not said."""

    patterns: tuple[str, ...] = ()
    """RE2, over the normalised text without regard to case: other ways to say it. The text itself always counts."""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError(f"the wording for {self.locale} is empty")
        for pattern in self.patterns:
            if compiled(pattern, ignore_case=True).search("") is not None:
                raise ValueError(f"`patterns` for {self.locale}: {pattern!r} matches the empty text")


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureSettings:
    """What must be said, in each language.

    Raises:
        ValueError: If there is no wording, or two for one locale.
    """

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["disclosure"] = "disclosure"
    name: str
    """What is disclosed, such as ``ai-notice`` or ``financial-disclaimer``."""

    wordings: tuple[Wording, ...]
    place: Literal["start", "end"] = "end"
    """Where it is put in."""

    separator: str = "\n\n"
    """What stands between it and the text."""

    min_chars: int = 1
    """A shorter answer need not say it; >= 1."""

    def __post_init__(self) -> None:
        if _ID.fullmatch(self.name) is None:
            raise ValueError(f"`name` must look like 'ai-notice', got {self.name!r}")
        if not self.wordings:
            raise ValueError(f"disclosure {self.name} has no `wordings`")
        locales = [_tag(one.locale) for one in self.wordings]
        repeated = sorted({locale for locale in locales if locales.count(locale) > 1})
        if repeated:
            raise ValueError(f"disclosure {self.name} has two wordings for {repeated[0]!r}")
        if self.min_chars < 1:
            raise ValueError(f"`min_chars` must be >= 1, got {self.min_chars}")


class DisclosureRail:
    """Finds that a disclosure is missing, and offers it in the reader's language.

    It counts in whichever configured language it is said. It does not count where a denial stands before it in the
    same sentence (*it is not true that …*), nor in quotation marks, quoted lines, code or comments,
    nor struck out. That is a list of words in
    eight languages and not an understanding of the text: irony, a denial in a later sentence or in other words pass.
    Where an answer comes in several texts, one of them has to say it.

    Args:
        settings: What must be said.
    """

    operating_point: OperatingPoint | None = None
    triggers: Triggers | None = None

    def __init__(self, settings: DisclosureSettings) -> None:
        self.reach: int | None = None
        self._settings = settings
        self._by_locale = {_tag(one.locale): one for one in settings.wordings}
        self._texts = tuple(dict.fromkeys(read(one.text).folded for one in settings.wordings))
        texts = [_exactly(one.text) for one in settings.wordings]
        patterns = [*texts, *(pattern for one in settings.wordings for pattern in one.patterns)]
        self._said: Any = compiled("|".join(f"(?:{pattern})" for pattern in patterns), ignore_case=True)

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        """Return one detection if the disclosure is not there; the span is where it is put in."""
        if len(segment.text) < self._settings.min_chars or self._says(reading):
            return ()
        others = [other for other in scene.event.segments if other is not segment and _is_beside(other, segment)]
        if any(other.index > segment.index for other in others):
            # The last text of the answer is the one that answers for all of them.
            return ()
        if any(self._says(read(other.text)) for other in others):
            return ()
        wording = self._wording(scene.event.principal.locale)
        settings = self._settings
        # What stands behind a comment that is not closed would be in it.
        at_end = settings.place == "end" and not _in_comment(segment.text, len(segment.text))
        place = len(segment.text) if at_end else 0
        said = f"{settings.separator}{wording.text}" if at_end else f"{wording.text}{settings.separator}"
        span = Span(start=place, end=place)
        return (
            Detection(
                kind="disclosure_missing",
                span=span,
                detail=f"{settings.name} in {wording.locale}",
                edit=Edit(span=span, replacement=said, kind=EditKind.INSERT),
            ),
        )

    def _says(self, reading: Reading) -> bool:
        # Most answers say it as it was put; finding that is ten times as quick as looking for all ways to say it.
        for text in self._texts:
            place = reading.folded.rfind(text)
            if place >= 0 and not _is_taken_back(reading.plain, place):
                return True
        matches = self._said.finditer(reading.plain)
        for _, match in zip(range(_MAX_MATCHES), matches, strict=False):
            if not _is_taken_back(reading.plain, match.start()):
                return True
        return False

    def _wording(self, locale: str) -> Wording:
        found = (self._by_locale[one] for one in candidates(locale) if one in self._by_locale)
        return next(found, self._settings.wordings[0])


def _tag(locale: str) -> str:
    return locale.lower().replace("_", "-")


def _exactly(text: str) -> str:
    """Return a pattern of ``text`` as it reads after normalising, with any white space between its words."""
    return r"\s+".join(_literally(word) for word in read(text).plain.split())


def _literally(word: str) -> str:
    """Return ``word`` as a pattern of RE2 that matches only itself."""
    return "".join(c if c.isalnum() else f"\\x{{{ord(c):x}}}" for c in word)


def _is_beside(other: Segment, segment: Segment) -> bool:
    return (other.stage, other.role, other.channel, other.choice) == (
        segment.stage,
        segment.role,
        segment.channel,
        segment.choice,
    )


def _in_comment(text: str, place: int) -> bool:
    """Return whether ``place`` stands in a comment of HTML, which no reader sees."""
    return text.rfind("<!--", 0, place) > text.rfind("-->", 0, place)


def _is_taken_back(text: str, place: int) -> bool:
    """Return whether what stands at ``place`` is denied or quoted, as far as that shows before it."""
    line_start = text.rfind("\n", 0, place) + 1
    if _QUOTED_LINE.match(text, line_start) or any(text.count(mark, 0, place) % 2 for mark in ("```", "~~")):
        return True
    if _in_comment(text, place):
        return True
    before = text[max(line_start, place - _LOOK_BACK) : place]
    if before.count('"') % 2 or before.count("`") % 2:
        return True
    if any(before.rfind(opening) > before.rfind(closing) for opening, closing in _QUOTES):
        return True
    sentence = _SENTENCE_END.split(before)[-1]
    return _DENIAL.search(sentence) is not None
