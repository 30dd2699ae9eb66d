"""Understands what a question is about: controls in force and stated facts. By words alone, and always the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from roadworthy.core.subject import STRICT
from roadworthy.evidence.documents.answers.matters import places_in
from roadworthy.evidence.documents.answers.reading import is_outside, sentences, ways_in
from roadworthy.policy.drafting.index import Hit, Index, terms
from roadworthy.policy.drafting.matching import topics_in
from roadworthy.policy.model import Control, EvidenceCheck, MeasureCheck

TOPIC_WEIGHT = 2.0
LEAST_ASKED = 3
"""Words of a sentence that asks something of its own; a shorter one, *And how?*, asks more of the same."""

LEAST_WORDS = 2
"""How many words, beside topics, a control must share with a question that shows no known matter."""

LEAST_SCORE = 0.5
"""Below it, a control shares too little with a question to be its subject."""

NEAR_BEST = 0.9
"""Share of the best score that another control needs to count as well."""

MOST_CONTROLS = 3
MOST_READ = 4_000
"""Characters of a question that are read; what is behind them stays open."""

STRONG = 3
"""From how many concepts on a combination says more than a phrase with a gap."""

MOST_WAYS = 2
"""How many subjects of one sentence count, those of most concepts first: the rest share words with them."""

_TOPIC = "topic:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a question was understood to be about. Nothing: nobody may guess."""

    __pydantic_config__: ClassVar = STRICT

    controls: tuple[str, ...]
    """Ids, best first."""

    facts: tuple[str, ...]
    because: tuple[str, ...]
    open: tuple[str, ...] = ()
    """Sentences of it that were not understood, or that ask about what no record is kept of."""

    loose: bool = False
    """Whether some of it was understood by few words: what they lead to is part of an answer at most."""

    nearest: tuple[str, ...] = ()
    """Where it was not understood: ids of the controls that share most words with it, for a person to look at."""


class Matcher:
    """The controls in force, ready to be asked about.

    Args:
        controls: Of the policy in force.
    """

    def __init__(self, controls: Sequence[Control]) -> None:
        self._index = Index({control.id: _weighted(control) for control in controls})
        self._by_name: dict[str, list[str]] = {}
        for control in controls:
            self._by_name.setdefault(control.id.partition("/")[2], []).append(control.id)

    def understand(self, question: str) -> Understood:
        """Return what ``question`` is about, sentence by sentence."""
        read, rest = question[:MOST_READ], question[MOST_READ:]
        parts = [self._one(sentence) for sentence in dict.fromkeys(sentences(read))] or [self._one(read)]
        whole = _together(parts, read)
        return replace(whole, open=(*whole.open, rest)) if rest.strip() else whole

    def _one(self, sentence: str) -> Understood:
        outside = is_outside(sentence)
        found = () if outside else ways_in(sentence)
        places = places_in(sentence)
        # A phrase without a gap says more exactly what its words mean than a combination that borrows one of them;
        # a combination of three says more than a phrase with a gap.
        solid = [place for place in places if not place.loose]
        ways = [way for way in found if not any(way.start < at.end and at.start < way.end for at in solid)][:MOST_WAYS]
        strong = [way for way in ways if len(way.concepts) >= STRONG]
        shown = [at for at in places if not (at.loose and any(w.start < at.end and at.start < w.end for w in strong))]
        named = [name for at in shown for name in at.matter.controls]
        facts = [fact for at in shown for fact in at.matter.facts]
        because = [" ".join(sentence[at.start : at.end].casefold().split()) for at in shown]
        for way in ways:
            named += way.subject.controls
            facts += way.subject.facts
            because.append(" … ".join(way.words))
        if not (named or facts):
            return self._by_words(sentence, outside=outside)
        controls = tuple(dict.fromkeys(id_ for name in named for id_ in self._by_name.get(name, ())))
        return Understood(
            controls=controls,
            facts=tuple(dict.fromkeys(facts)),
            because=tuple(dict.fromkeys(because)),
            open=(sentence,) if outside else (),
            loose=not solid and not strong,
        )

    def _by_words(self, sentence: str, *, outside: bool) -> Understood:
        """Return the controls that share most of a sentence's words; none where no record is kept of its subject."""
        query = dict.fromkeys(terms(sentence), 1.0)
        query |= {_TOPIC + one.topic.name: TOPIC_WEIGHT * one.weight for one in topics_in(sentence)}
        hits = self._index.search(query, most=MOST_CONTROLS) if query else ()
        best = max((hit.score for hit in hits), default=0.0)
        least = max(LEAST_SCORE, NEAR_BEST * best)
        kept = [] if outside else [hit for hit in hits if hit.score >= least and _telling(hit) >= LEAST_WORDS]
        words = tuple(dict.fromkeys(word.removeprefix(_TOPIC) for hit in kept for word in hit.matched[:6]))
        return Understood(
            controls=tuple(hit.name for hit in kept),
            facts=(),
            because=words,
            open=() if kept else (sentence,),
            loose=bool(kept),
            nearest=() if kept or outside else tuple(hit.name for hit in hits),
        )


def _together(parts: Sequence[Understood], question: str) -> Understood:
    """Return what several sentences are about together. One that asks nothing of its own may stay not understood."""
    found = any(part.controls or part.facts for part in parts)
    asks = {text for part in parts for text in part.open if len(text.split()) >= LEAST_ASKED and "?" in text}
    open_ = [text for part in parts for text in part.open if text in asks or is_outside(text)]
    return Understood(
        controls=tuple(dict.fromkeys(id_ for part in parts for id_ in part.controls)),
        facts=tuple(dict.fromkeys(fact for part in parts for fact in part.facts)),
        because=tuple(dict.fromkeys(word for part in parts for word in part.because)),
        open=tuple(dict.fromkeys(open_)) if found else (question,),
        loose=any(part.loose for part in parts),
        nearest=() if found else tuple(dict.fromkeys(id_ for part in parts for id_ in part.nearest))[:MOST_CONTROLS],
    )


def _telling(hit: Hit) -> int:
    return sum(not word.startswith(_TOPIC) for word in hit.matched)


def _weighted(control: Control) -> dict[str, float]:
    words: Counter[str] = Counter()
    for text, weight in ((control.title, 2), (control.objective, 1)):
        for word, count in terms(text).items():
            words[word] += count * weight
    for rule in control.rules:
        kinds = rule.require.type if isinstance(rule.require, EvidenceCheck) else ""
        kinds = rule.require.category if isinstance(rule.require, MeasureCheck) else kinds
        for word in terms(f"{rule.message} {kinds.replace('_', ' ').replace('-', ' ')}"):
            words[word] = max(words[word], 1)
    weighted = {word: float(count) for word, count in words.items()}
    spoken = topics_in(f"{control.title}. {control.objective}")
    return weighted | {_TOPIC + one.topic.name: TOPIC_WEIGHT for one in spoken}
