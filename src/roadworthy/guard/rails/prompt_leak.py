"""Looks for the operator's prompt in what goes out: planted canaries, and runs of its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from roadworthy.core.subject import STRICT
from roadworthy.guard.canary import dresses_of
from roadworthy.guard.rails.prompt_leak_canary import places
from roadworthy.guard.rails.prompt_leak_words import MIN_WORDS, Words, anchors, words_of
from roadworthy.guard.rails.rail import Scene, Triggers
from roadworthy.guard.reading.everywhere import each_reading, place
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Role, Segment, SourceKind, Span
from roadworthy.guard.verdict import Detection, OperatingPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptLeakSettings:
    """What is a leak.

    Raises:
        ValueError: If a number is out of range, or a protected text is too short to be told from chance.
    """

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["prompt_leak"] = "prompt_leak"
    protected: tuple[str, ...] = ()
    """Texts that must not come out, besides the operator's segments of the event and `ConversationState.prompts`."""

    words: int = 8
    """Words in a row that make a leak, >= 4; of a shorter text all of its words, and of nothing shorter than 4.
    Eight words in a row are all but never said twice by chance."""

    canaries: bool = True
    """Whether to look for `ConversationState.canaries`: as they are, in any case, split and spaced, backwards, shifted
    by 13 letters, in hex, in base64, and in whatever else is decoded."""

    reach: int | None = None
    """The most characters of the normalised text that a run of ``words`` words or a canary spans, >= 1; a longer one
    is then not found. None: the whole text decides."""

    def __post_init__(self) -> None:
        if self.words < MIN_WORDS:
            raise ValueError(f"`words` must be >= {MIN_WORDS}, got {self.words}")
        if self.reach is not None and self.reach < 1:
            raise ValueError(f"`reach` must be >= 1, got {self.reach}")
        for number, text in enumerate(self.protected):
            if len(words_of(text)) < MIN_WORDS:
                raise ValueError(f"`protected[{number}]` has fewer than {MIN_WORDS} words; plant a canary")


class PromptLeakRail:
    """Finds what the operator said to the model and nobody else.

    A summary in other words or a translation is not seen. Nothing of a request is kept: its prompts are looked at
    anew in the next one.

    Args:
        settings: What is a leak.
    """

    operating_point: OperatingPoint | None = None
    triggers: Triggers | None = None

    def __init__(self, settings: PromptLeakSettings) -> None:
        self._settings = settings
        self._protected = tuple(map(Words, settings.protected))
        self._anchors = anchors(self._protected, settings.words)
        self.reach = settings.reach

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        """Return each leak."""
        canaries = [dresses_of(one) for one in scene.state.canaries] if self._settings.canaries else []
        protected = [*self._protected, *map(Words, _prompts(scene))]
        if not canaries and not protected:
            return ()
        found: set[tuple[Span, str]] = set()
        for inner, within in each_reading(reading):
            for at in places(inner.plain, inner.folded, canaries):
                if self._is_reached(*at):
                    found.add((place(inner, within, *at), "canary"))
            for at in self._recited(inner.folded, protected):
                found.add((place(inner, within, *at), "prompt"))
        ordered = sorted(found, key=lambda one: (one[0].start, one[0].end, one[1]))
        return [Detection(kind="prompt_leak", span=span, detail=detail) for span, detail in ordered]

    def _is_reached(self, start: int, end: int) -> bool:
        return self.reach is None or end - start <= self.reach

    def _recited(self, folded: str, protected: Sequence[Words]) -> Sequence[tuple[int, int]]:
        if all(text in self._protected for text in protected) and self._anchors.search(folded) is None:
            return ()
        said = words_of(folded)
        runs = sorted(run for text in protected for run in text.recited_in(folded, said, self._settings.words))
        return _joined(runs) if self.reach is None else [run for run in runs if self._is_reached(*run)]


def _prompts(scene: Scene) -> list[str]:
    here = [
        one.text
        for one in scene.event.segments
        if one.source.kind is SourceKind.OPERATOR and one.role in (Role.SYSTEM, Role.DEVELOPER)
    ]
    return list(dict.fromkeys((*here, *scene.state.prompts)))


def _joined(runs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
