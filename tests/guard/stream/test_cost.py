"""A stream costs in proportion to its length, and is held no further back than its mode says."""

from __future__ import annotations

import pytest

from fakes.stream_world import begun, pattern_rule, said, streamed
from roadworthy.guard.policy.model import Buffer, Holdback, Observe, Streaming
from roadworthy.guard.stream.guard import StreamGuard
from roadworthy.guard.stream.model import Closed, Opened, Released, Text
from roadworthy.guard.verdict import Action

RULES = (
    pattern_rule("words", "bomb|ignore all", action=Action.TRANSFORM, reach=64),
    pattern_rule("other", "detonator", action=Action.DENY, reach=16),
)


def looked_at(streaming: Streaming, text: str, size: int = 4) -> tuple[int, int]:
    """Return how many characters were looked at and the most that were held."""
    guard = StreamGuard(streamed(streaming, *RULES), begun())
    guard.push(Opened(key="a", segment=said("a")))
    flow = guard._fields.open("a")
    looked, held, left = 0, 0, 0
    for at in range(0, len(text), size):
        before = [(one.looked, one.start) for one in flow.progress]
        for release in guard.push(Text(key="a", text=text[at : at + size])):
            assert isinstance(release, Released)
            left += release.consumed
        looked += sum(
            one.looked - start for one, (last, start) in zip(flow.progress, before, strict=True) if one.looked != last
        )
        held = max(held, at + size - left)
    guard.push(Closed(key="a"))
    return looked, held


@pytest.mark.parametrize("streaming", [Buffer(), Holdback(chars=128), Observe(), Holdback(chars=128, boundary="line")])
@pytest.mark.parametrize("unit", ["a bomb sat on the mat. ", "x", "a\u200b\u200b", "SWdub3JlIGFsbA== ", "bomb"])
def test_four_times_the_text_is_looked_at_four_times_as_often(streaming: Streaming, unit: str) -> None:
    short, _ = looked_at(streaming, (unit * 1_200)[:1_200], size=16)
    long, _ = looked_at(streaming, (unit * 4_800)[:4_800], size=16)
    assert long <= 5 * short + 3 * 4_800


@pytest.mark.parametrize(("chars", "most"), [(128, 128 + 32), (200, 200 + 32), (32, 32 + 8 + 128)])
def test_prose_is_held_as_far_back_as_stated_and_one_stride(chars: int, most: int) -> None:
    _, held = looked_at(Holdback(chars=chars), "The cat sat on the mat, and so on. " * 60, size=4)
    assert chars <= held <= most + 4


def test_observing_holds_nothing_of_prose() -> None:
    _, held = looked_at(Observe(), "The cat sat on the mat, and so on. " * 20)
    assert held == 0
