"""Every rail fires in every field of every protocol, whole and streamed, and what it changes is what a client gets."""

import json
from functools import cache
from pathlib import Path

import pytest

from fakes.guard_world import bundle, event, rule
from guard.matrix.fields import FIELDS
from guard.matrix.page import coverage_page
from guard.matrix.samples import DETECTORS, SAMPLES, STATE
from roadworthy.guard.engine.applying import texts
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.policy.model import Route, UnknownBehaviour, Unknowns, Where
from roadworthy.guard.rails.known import BUILDERS
from roadworthy.guard.stream.guard import StreamGuard
from roadworthy.guard.verdict import Action


@cache
def compiled(sample):
    found = rule(
        "found", rail=sample.settings, action=Action.TRANSFORM, where=Where(channels=tuple(sorted(sample.only)))
    )
    rest = rule("rest", "never to be found anywhere")
    return bundle(
        found,
        rest,
        routes=(Route(name="*"),),
        unknown=Unknowns(default=UnknownBehaviour.DENY),
        compiled={"detectors": DETECTORS},
    )


def left_of(field, sample):
    """What a client gets, and whether the rule fired in a field of the right channel."""
    message, codec = field.make(sample.text), field.codec()
    if field.form == "whole":
        decoded = codec.decode(message)
        asked = event(*decoded.segments, unknown=decoded.unknown)
        decision = enforce(compiled(sample), asked, STATE)
        left = codec.encode(message, texts(decision, asked))
        fired = {asked.segments[one.segment].channel for one in decision.verdicts if one.rule == "t/found"}
        return json.dumps(left, ensure_ascii=False), fired, decision
    guard = StreamGuard(compiled(sample), event(), STATE)
    channels, left = {}, b""
    pieces = [*codec.feed(message[: len(message) // 2])]
    for piece in pieces:
        left += codec.emit(guard.push(piece))
    for piece in [*codec.feed(message[len(message) // 2 :]), *codec.end()]:
        pieces.append(piece)
        left += codec.emit(guard.push(piece))
    left += codec.emit(guard.finish()) + codec.finish()
    numbers = [one.segment.channel for one in pieces if hasattr(one, "segment")]
    channels = dict(enumerate(numbers))
    fired = {channels[one.segment] for one in guard.decision.verdicts if one.rule == "t/found"}
    return _said(left), fired, guard.decision


def _said(left):
    lines = [line.removeprefix(b"data: ") for line in left.split(b"\n") if line.startswith(b"data: {")]
    return "\n".join(json.dumps(json.loads(line), ensure_ascii=False) for line in lines) or left.decode()


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.id)
def test_every_rail_fires_in_the_field_and_its_edit_is_what_leaves(field):
    for sample in SAMPLES:
        if sample.only and field.channel not in sample.only:
            continue

        left, fired, decision = left_of(field, sample)

        assert decision.action is Action.TRANSFORM, (sample.kind, decision.verdicts)
        assert field.channel in fired, sample.kind
        assert (sample.needle in left) is sample.adds, sample.kind


def test_every_kind_of_rail_has_a_sample():
    kinds = {settings.__dataclass_fields__["kind"].default for settings in BUILDERS}
    missing = kinds - {sample.kind for sample in SAMPLES}

    assert not missing, f"add a sample to tests/guard/matrix/samples.py for {sorted(missing)}"


def test_what_a_rail_is_not_for_has_a_reason():
    assert all(sample.why for sample in SAMPLES if sample.only)


def test_the_page_shows_what_is_tested():
    page = Path(__file__).parents[3] / "docs" / "reference" / "guard-coverage.md"

    assert page.read_text(encoding="utf-8") == coverage_page(), "run `python docs/generate.py`"


DENIED = rule("found", rail=SAMPLES[0].settings, action=Action.DENY)
STOPPED = bundle(DENIED, routes=(Route(name="*"),))


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.id)
def test_what_is_denied_does_not_leave(field):
    sample, codec = SAMPLES[0], field.codec()
    message = field.make(sample.text)
    if field.form == "whole":
        decoded = codec.decode(message)
        decision = enforce(STOPPED, event(*decoded.segments, unknown=decoded.unknown))
        left = json.dumps(codec.blocked(message, decision), ensure_ascii=False).encode()
    else:
        guard, left = StreamGuard(STOPPED, event()), b""
        for piece in [*codec.feed(message), *codec.end()]:
            left += codec.emit(guard.push(piece))
        decision = guard.decision
        left += codec.stop(decision)

    assert decision.action is Action.DENY
    assert sample.needle.encode() not in left
