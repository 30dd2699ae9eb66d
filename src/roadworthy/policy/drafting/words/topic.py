"""A topic: what policies write about, by the words they use, and what can be done about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar, Literal, get_args

from roadworthy.core.subject import STRICT
from roadworthy.policy.model import Area

ControlType = Literal["preventive", "detective", "corrective", "directive"]
Stage = Literal["design", "build", "evaluate", "release", "operate", "retire"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One subject, with the words that show it in three languages, and what serves it."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    """What it is called, in a few English words; unique."""

    area: Area
    type: ControlType
    stage: Stage
    phrases: tuple[str, ...]
    """As a text has them, any case; ``*`` stands for the rest of a word."""

    category: str = ""
    """Evaluation category whose runs show it; empty where no run can."""

    evidence: str = ""
    """Type of the document, review or drill that shows it."""

    monitor: str = ""
    """Id of the figure that shows it in production."""

    guard: str = ""
    """What a guard can do about it while the system runs; empty where it can do nothing."""

    lint: tuple[str, ...] = ()
    """Rules of ``rw lint`` that look for it, as patterns of ids, e.g. ``secret/*``."""

    weight: float = 1.0
    """Over 1 for what is particular, under 1 for what any policy mentions."""

    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.phrases:
            raise ValueError(f"topic {self.name!r} has no phrases, so nothing could show it")
        object.__setattr__(self, "_pattern", _pattern(self.phrases))

    def shown_by(self, text: str) -> tuple[str, ...]:
        """Return the phrases of ``text`` that show the topic, once each, in the order of the text."""
        return tuple(dict.fromkeys(found.group().casefold() for found in self._pattern.finditer(text)))


def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    # A phrase is English words, a German compound's beginning or end, or several words with anything for space.
    forms = (r"[\s\u00a0-]+".join(_word(word) for word in phrase.split()) for phrase in phrases)
    return re.compile(r"(?<!\w)(?:" + "|".join(forms) + r")(?!\w)", re.IGNORECASE)


def _word(word: str) -> str:
    return r"\w*".join(re.escape(part).replace("'", "['’]") for part in word.split("*"))


def topic(
    name: str,
    area: Area,
    kind: str,
    phrases: str,
    *,
    serves: str = "- - -",
    guard: str = "",
    lint: str = "",
    weight: float = 1.0,
) -> Topic:
    """Make a topic from the short form in which the lists of this package are written.

    Args:
        name: In a few English words.
        area: Of a control on it.
        kind: ``type/stage`` of a control on it.
        phrases: With ``|`` between them; see `Topic.phrases`.
        serves: Category, evidence type and figure, a ``-`` for each that there is none of.
        guard: See `Topic.guard`.
        lint: Patterns of rule ids, with spaces between them.
        weight: See `Topic.weight`.

    Raises:
        KeyError: If there is no such type or stage.

    >>> topic("drift", Area.MONITORING, "detective/operate", "drift*|dérive*").shown_by("Drifts und Drift")
    ('drifts', 'drift')
    """
    type_, _, stage = kind.partition("/")
    category, evidence, monitor = (part.strip("-") for part in serves.split())
    return Topic(
        name=name,
        area=area,
        type=_TYPES[type_],
        stage=_STAGES[stage],
        phrases=tuple(phrases.split("|")),
        category=category,
        evidence=evidence,
        monitor=monitor,
        guard=guard,
        lint=tuple(lint.split()),
        weight=weight,
    )


_TYPES: dict[str, ControlType] = {one: one for one in get_args(ControlType)}
_STAGES: dict[str, Stage] = {one: one for one in get_args(Stage)}
