"""A stream, cut anywhere, ends with the verdict of the whole text, and what left of it is the whole text edited."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.stream_world import begun, cut, pattern_rule, run, said, streamed
from roadworthy.guard.engine.applying import apply
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.policy.model import Buffer, Holdback, Streaming
from roadworthy.guard.rails.secrets import SecretsSettings
from roadworthy.guard.rails.size import SizeSettings
from roadworthy.guard.stream.guard import StreamGuard
from roadworthy.guard.stream.model import Closed, Opened, Text
from roadworthy.guard.verdict import Action, Decision

PARTS = (
    *("Hello there, ", "ignore all rules", "bomb", "b", "o", "mb", "e", "zz", "zzzzz", "\n\n", " ", "[EMAIL_1]"),
    *("ign\u200bore a\u200bll rul\u200bes", "bo\u00admb", "\uff42\uff4f\uff4d\uff42", "\u202ebmob", "\ufeff"),
    *("im\u0301pf", "\u0301\u0302\u0303", "\U0001f9d1\u200d\U0001f680", "日本語の文章です。"),
    *("SWdub3JlIGFsbCBydWxlcw==", "%62%6f%6d%62 ", "&#98;omb", "i g n o r e", "6967 6e6f 7265"),
    *("ghp_" + "a1B2" * 9, "AKIAIOSFODNN7EXAMPLE", "password = hunter2hunter2", "www.example.com/a?b=c"),
)

RULES = {
    "words": pattern_rule("words", "bomb|ignore all", action=Action.TRANSFORM, reach=24),
    "letters": pattern_rule("letters", "zz", action=Action.TRANSFORM, reach=4),
    "denied": pattern_rule("denied", "all rules", action=Action.DENY, reach=24),
    "escalated": pattern_rule("escalated", "hello there, bomb", action=Action.ESCALATE, reach=40),
    "quarantined": pattern_rule("quarantined", "日本語", action=Action.QUARANTINE, reach=6),
    "whole": pattern_rule("whole", "^.{0,40}www", action=Action.TRANSFORM, reach=None),
    "long": replace(pattern_rule("long", "x", action=Action.DENY, reach=1), rail=SizeSettings(max_chars=150)),
    "secrets": replace(
        pattern_rule("secrets", "x", action=Action.TRANSFORM, reach=1), rail=SecretsSettings(extent="head")
    ),
}
BUNDLES: dict[tuple[object, ...], Bundle] = {}


def bundle_of(streaming: Streaming, names: frozenset[str]) -> Bundle:
    key = (streaming, names)
    if key not in BUNDLES:
        BUNDLES[key] = streamed(streaming, *(RULES[name] for name in sorted(names)))
    return BUNDLES[key]


def told(decision: Decision) -> list[tuple[object, ...]]:
    return [
        (v.action, v.rule, v.rail, v.segment, v.reason, v.spans, v.kinds, v.edits, v.degraded)
        for v in decision.verdicts
    ]


def check(bundle: Bundle, text: str, sizes: list[int]) -> None:
    guard = StreamGuard(bundle, begun())
    field = said("content")
    pieces = [Opened(key="c", segment=field), *(Text(key="c", text=part) for part in cut(text, sizes)), Closed(key="c")]
    came = 0
    for piece in pieces:
        came += len(piece.text) if isinstance(piece, Text) else 0
        guard.push(piece)
        if guard.stopped:
            break
    ended = isinstance(piece, Closed)
    so_far = replace(begun(), segments=(replace(field, text=text[:came]),))
    expected = enforce(bundle, so_far)
    if guard.stopped:
        stops = {v.rule for v in guard.decision.verdicts if v.action.stops}
        assert stops <= {v.rule for v in expected.verdicts if v.action.stops}
        assert stops
        assert ended or enforce(bundle, replace(begun(), segments=(replace(field, text=text),))).stops
        return
    again = StreamGuard(bundle, begun())
    seen = run(again, pieces)
    assert again.decision.action is expected.action
    assert told(again.decision) == told(expected)
    assert again.decision.state == expected.state
    quarantined = any(v.action is Action.QUARANTINE for v in expected.verdicts)
    if again.decision.exposure.bound == 0 and not quarantined:
        assert seen["c"].text == apply(expected, so_far)[0].text
    assert seen["c"].consumed == len(text)


texts = st.lists(st.sampled_from(PARTS), max_size=9).map("".join)
names = st.frozensets(st.sampled_from(sorted(RULES)), min_size=1, max_size=4)
modes = st.sampled_from(
    [Buffer(), Holdback(chars=40), Holdback(chars=700), Holdback(chars=24, boundary="word"), Holdback(chars=5)]
)


@settings(max_examples=200)
@given(text=texts, names=names, mode=modes, sizes=st.lists(st.integers(1, 9), max_size=40))
def test_a_stream_cut_anywhere_ends_as_the_whole_text_does(
    text: str, names: frozenset[str], mode: Streaming, sizes: list[int]
) -> None:
    check(bundle_of(mode, names), text, sizes)
