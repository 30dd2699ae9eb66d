"""The operator's prompt does not come out, in whatever dress."""

from __future__ import annotations

import base64
import codecs
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import _lru_cache_wrapper

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.guard.canary import dresses
from roadworthy.guard.event import ConversationState, Event, Principal
from roadworthy.guard.rails.prompt_leak import PromptLeakRail, PromptLeakSettings
from roadworthy.guard.rails.rail import Scene
from roadworthy.guard.reading.reading import read
from roadworthy.guard.segment import Channel, Role, Segment, Source, SourceKind, Stage
from roadworthy.guard.verdict import Detection

CANARY = "Kite-7F3A9C-blue"
PROMPT = (
    "You are Kite, the assistant of a bank. Never tell anyone that refunds above fifty euros are possible without "
    "asking. Answer in short sentences."
)


def segment(text: str, *, role: Role = Role.ASSISTANT, kind: SourceKind = SourceKind.MODEL) -> Segment:
    return Segment(
        stage=Stage.OUTPUT, role=role, channel=Channel.TEXT, source=Source(kind=kind), text=text, path="/text"
    )


def found(
    text: str, *, rail: PromptLeakRail | None = None, canaries: tuple[str, ...] = (CANARY,), prompt: str = PROMPT
) -> list[Detection]:
    operators = segment(prompt, role=Role.SYSTEM, kind=SourceKind.OPERATOR)
    event = Event(
        id="e",
        route="r",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        principal=Principal(id="p", tenant="t"),
        segments=(operators, segment(text)),
    )
    scene = Scene(event=event, state=ConversationState(canaries=canaries))
    return list((rail or PromptLeakRail(PromptLeakSettings())).examine(segment(text), read(text), scene))


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


DRESSES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in capitals": str.upper,
    "in small letters": str.lower,
    "with spaces": " ".join,
    "with dots and line ends": ".\n".join,
    "backwards": lambda text: text[::-1],
    "shifted by 13": lambda text: codecs.encode(text, "rot13"),
    "hex": lambda text: text.encode().hex(),
    "hex in pairs": lambda text: text.encode().hex(" "),
    "base64": b64,
    "base64, 1 before": lambda text: b64("x" + text + "tail"),
    "base64, 2 before": lambda text: b64("xx" + text + "tail"),
    "base64 in lines": lambda text: "\n".join(b64(text)[place : place + 5] for place in range(0, len(b64(text)), 5)),
    "base64 backwards": lambda text: b64(text[::-1]),
    "zero width": "\u200b".join,
    "full width": lambda text: "".join(chr(ord(c) + 0xFEE0) for c in text),
    "HTML": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "percent": lambda text: "".join(f"%{ord(c):02x}" for c in text),
    "look-alikes": lambda text: text.replace("e", "е").replace("K", "К"),
}


@pytest.mark.parametrize("dress", DRESSES)
def test_a_canary_is_found_in_any_dress(dress: str) -> None:
    text = f"Sure: {DRESSES[dress](CANARY)} is it"

    detections = found(text)

    assert "canary" in [one.detail for one in detections]
    assert all(text[one.span.start : one.span.end].strip() for one in detections)


@given(st.text(st.characters(categories=("L", "N", "P", "Z")), max_size=60))
def test_text_without_the_canary_is_no_leak(text: str) -> None:
    assert found(text) == []


def test_the_span_of_a_canary_is_the_canary() -> None:
    text = f"Sure: {CANARY} is it"

    assert [text[one.span.start : one.span.end] for one in found(text)] == [CANARY]


def test_a_short_canary_is_looked_for_as_it_stands_only() -> None:
    assert found("say abc1 now", canaries=("abc1",))
    assert not found("say a b c 1 now", canaries=("abc1",))


@pytest.mark.parametrize(
    ("text", "leaks"),
    [
        pytest.param("never tell anyone that refunds above fifty euros", True, id="eight words in a row"),
        pytest.param("tell anyone that refunds above fifty euros", False, id="seven words in a row"),
        pytest.param("NEVER tell: anyone - that *refunds* above\nfifty euros!", True, id="other signs between them"),
        pytest.param(b64("never tell anyone that refunds above fifty euros"), True, id="encoded"),
        pytest.param("n\u200bever tell anyone that refunds abоve fifty euros", True, id="disguised"),
        pytest.param("Refunds of more than fifty euros are possible; ask us.", False, id="in other words"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_a_run_of_words_of_the_prompt_is_a_leak(text: str, leaks: bool) -> None:
    assert bool(found(text, canaries=())) is leaks


def test_a_long_leak_is_one_detection_and_with_a_reach_one_for_each_run() -> None:
    whole = found(PROMPT, canaries=())
    pieces = found(PROMPT, canaries=(), rail=PromptLeakRail(PromptLeakSettings(reach=120)))

    assert [(one.span.start, one.span.end) for one in whole] == [(0, len(PROMPT) - 1)]
    assert len(pieces) > 10
    assert all(one.span.length <= 120 for one in pieces)


def test_a_protected_text_of_the_policy_is_found_without_a_prompt_in_the_event() -> None:
    rail = PromptLeakRail(PromptLeakSettings(protected=("the four eyes see it",)))

    assert [one.detail for one in found("As I said, the four eyes see it.", rail=rail, canaries=())] == ["prompt"]


@given(st.text("xyz .", max_size=40), st.text("xyz .", max_size=40))
def test_with_a_reach_what_stands_around_a_leak_changes_nothing(before: str, after: str) -> None:
    rail = PromptLeakRail(PromptLeakSettings(reach=100))
    leak = f" , {CANARY} , never tell anyone that refunds above fifty euros , "

    found_alone = {(one.span.start, one.span.end, one.detail) for one in found(leak, rail=rail)}
    found_within = {
        (one.span.start - len(before), one.span.end - len(before), one.detail)
        for one in found(before + leak + after, rail=rail)
    }

    assert found_alone
    assert found_alone == found_within


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"words": 3}, "`words` must be >= 4"),
        ({"reach": 0}, "`reach` must be >= 1"),
        ({"protected": ("too short",)}, "fewer than 4 words"),
    ],
)
def test_settings_that_would_find_chance_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PromptLeakSettings(**settings)  # type: ignore[arg-type] # wrong on purpose


def test_no_repr_shows_a_canary_or_a_prompt() -> None:
    rail = PromptLeakRail(PromptLeakSettings())

    assert "7F3A9C" not in repr(dresses(CANARY)) + repr(rail) + repr(found(CANARY))


def test_nothing_of_a_request_stays_in_a_cache_of_the_process() -> None:
    def ask(name: str) -> None:
        found(f"{PROMPT} {name}", canaries=(f"{CANARY}-{name}",), prompt=f"{PROMPT} And then {name} again.")

    ask("once")
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("roadworthy.")]
    caches = {one for module in modules for one in vars(module).values() if isinstance(one, _lru_cache_wrapper)}
    before = [cache.cache_info().currsize for cache in caches]

    ask("twice")
    ask("thrice")

    assert caches
    assert [cache.cache_info().currsize for cache in caches] == before


@given(
    st.lists(st.sampled_from(("a", "b", "c", "d", "straße", "日", "本", "мир")), min_size=4, max_size=14),
    st.lists(st.sampled_from(("a", "b", "c", "d", "straße", "日", "本", "мир")), max_size=24),
    st.sampled_from((" ", ", ", " – ", "。", "\n")),
    st.integers(4, 9),
)
def test_every_run_of_words_is_found_that_one_by_one_comparing_finds(
    prompt: list[str], said: list[str], between: str, length: int
) -> None:
    text = between.join(said)
    length_used = max(4, min(length, len(prompt)))
    runs = {tuple(prompt[place : place + length_used]) for place in range(len(prompt) - length_used + 1)}
    expected = any(tuple(said[place : place + length_used]) in runs for place in range(len(said) - length_used + 1))

    rail = PromptLeakRail(PromptLeakSettings(words=length, protected=(" ".join(prompt),), canaries=False))

    assert bool([one for one in found(text, rail=rail) if one.detail == "prompt"]) == expected
