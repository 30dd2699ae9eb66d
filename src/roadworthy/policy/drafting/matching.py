"""Finds what a statement is about, and which control of the shipped packs says nearly that already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from roadworthy.core.subject import STRICT
from roadworthy.policy.drafting.index import Index, terms
from roadworthy.policy.drafting.statement import Language, Statement
from roadworthy.policy.drafting.words.topic import Topic
from roadworthy.policy.drafting.words.vocabulary import TOPICS
from roadworthy.policy.model import Control, EvidenceCheck, MeasureCheck, Pack

TOPIC_WEIGHT = 3.0
"""What a shared topic counts, where a shared word counts 1: it stands for many words in three languages."""

MOST_NEAREST = 12
"""How many controls are looked at: the one on the same matter may share fewer words than its neighbours."""

TOPICS_ALONE = 0.8
"""What a score counts that rests on topics alone: the words between them were not compared."""

_TOPIC = "topic:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A topic and the words of the text that show it."""

    topic: Topic
    words: tuple[str, ...]

    @property
    def weight(self) -> float:
        """How much it counts: its own weight, more where several different words show it."""
        return self.topic.weight * (1 + 0.35 * min(len(self.words) - 1, 3))


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """A control that says something like the statement."""

    __pydantic_config__: ClassVar = STRICT

    control: str
    """Its id."""

    score: float
    """Share of the statement's telling weight that the control has, in [0, 1]."""

    because: tuple[str, ...]
    """The words and topics that they share, weightiest first."""


def topics_in(text: str) -> tuple[Shown, ...]:
    """Return the topics that ``text`` shows, weightiest first; ties in the order of the vocabulary.

    >>> [shown.topic.name for shown in topics_in("Jede Halluzination wird protokolliert.")]
    ['grounded answers', 'logging']
    """
    found = [Shown(topic=topic, words=words) for topic in TOPICS if (words := topic.shown_by(text))]
    return tuple(sorted(found, key=lambda shown: -shown.weight))


class ControlIndex:
    """The controls of packs, ready to be matched.

    Args:
        packs: Where a statement may be covered already.
    """

    def __init__(self, packs: Iterable[Pack]) -> None:
        self.controls: Mapping[str, Control] = {c.id: c for pack in packs for c in pack.controls}
        self._index = Index({id_: _weighted(control) for id_, control in self.controls.items()})
        self.topics = {id_: _topics_of(control) for id_, control in self.controls.items()}

    def nearest(self, statement: Statement, shown: Iterable[Shown], *, most: int = MOST_NEAREST) -> tuple[Nearest, ...]:
        """Return the controls nearest to ``statement``, best first.

        In a language other than that of the controls only topics can match; only they are counted, and
        the score is held back by `TOPICS_ALONE`.
        """
        held = 1.0 if statement.language is Language.ENGLISH else TOPICS_ALONE
        query = {_TOPIC + one.topic.name: TOPIC_WEIGHT * one.weight for one in shown}
        if statement.language is Language.ENGLISH:
            query |= dict.fromkeys(terms(statement.text), 1.0)
        return tuple(
            Nearest(
                control=hit.name,
                score=round(hit.score * held, 3),
                because=tuple(word.removeprefix(_TOPIC) for word in hit.matched[:8]),
            )
            for hit in self._index.search(query, most=most)
        )


def _weighted(control: Control) -> dict[str, float]:
    words: Counter[str] = Counter()
    for text, weight in ((control.title, 1), (control.objective, 1), (control.why, 0)):
        for word, count in terms(text).items():
            words[word] += count * weight
    for rule in control.rules:
        for word in terms(rule.message):
            words[word] = max(words[word], 1)
    weighted = {word: float(count) for word, count in words.items() if count}
    weighted |= {_TOPIC + name: TOPIC_WEIGHT / 2 for name in _topics_of(control)}
    return weighted


def _topics_of(control: Control) -> frozenset[str]:
    """The topics of a control: those of its own words, and those that its rules' evidence or category serves."""
    spoken = {shown.topic.name for shown in topics_in(f"{control.title}. {control.objective}")}
    types = {rule.require.type for rule in control.rules if isinstance(rule.require, EvidenceCheck)}
    categories = {rule.require.category for rule in control.rules if isinstance(rule.require, MeasureCheck)}
    served = {topic.name for topic in TOPICS if topic.evidence in types or (not types and topic.category in categories)}
    return frozenset(spoken | served)
