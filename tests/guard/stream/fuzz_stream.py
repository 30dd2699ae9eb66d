"""Feeds streams of any shape to the guard, until it breaks or the runs are over. Run by ``test_fuzz.py``.

Arguments are libFuzzer's, such as ``-runs=1000 -seed=1``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

KEYS = "abc"


def main() -> None:
    """Run the fuzzer."""
    import atheris

    with atheris.instrument_imports(include=["roadworthy.guard.stream"]):
        import roadworthy.guard.stream.guard  # noqa: F401 - instrumented before anything else imports it

    bundles = made()
    atheris.Setup(sys.argv, lambda data: one_stream(bundles, atheris.FuzzedDataProvider(data)))
    atheris.Fuzz()


def made() -> list[Any]:
    """Return a policy for each mode."""
    from fakes.stream_world import pattern_rule, streamed
    from roadworthy.guard.policy.model import Buffer, Holdback, Observe
    from roadworthy.guard.verdict import Action

    rules = (
        pattern_rule("deny", "zq", action=Action.DENY, reach=3),
        pattern_rule("hide", "a+b", action=Action.TRANSFORM, reach=6, encoded=False),
        pattern_rule("cage", "x{3}", action=Action.QUARANTINE, reach=4, encoded=False),
        pattern_rule("end", "^q.*q$", action=Action.ESCALATE, reach=None, encoded=False),
    )
    modes = (Buffer(), Observe(), Holdback(chars=1), Holdback(chars=6, boundary="word"), Holdback(chars=130))
    return [streamed(mode, *rules, max_chars=400) for mode in modes]


def pieces(given: Any) -> Iterator[Any]:
    """Yield pieces in any order."""
    from fakes.stream_world import said
    from roadworthy.guard.segment import Channel
    from roadworthy.guard.stream.model import Closed, Foreign, Opened, Text

    channels = tuple(Channel)
    while given.remaining_bytes():
        key = KEYS[given.ConsumeIntInRange(0, len(KEYS) - 1)]
        match given.ConsumeIntInRange(0, 7):
            case 0:
                channel = channels[given.ConsumeIntInRange(0, len(channels) - 1)]
                yield Opened(key=key, segment=said(key, channel, index=KEYS.index(key)))
            case 1:
                yield Closed(key=key)
            case 2:
                yield Foreign(path="/x", characters=3)
            case _:
                yield Text(key=key, text=given.ConsumeUnicode(given.ConsumeIntInRange(0, 40)))


def one_stream(bundles: list[Any], given: Any) -> None:
    """Run one stream and look at what became of it."""
    from fakes.stream_world import begun, run
    from roadworthy.guard.engine.enforce import enforce
    from roadworthy.guard.stream.guard import StreamGuard
    from roadworthy.guard.stream.model import Opened, Text

    bundle = bundles[given.ConsumeIntInRange(0, len(bundles) - 1)]
    guard, came = StreamGuard(bundle, begun()), list(pieces(given))
    seen = run(guard, came)
    segments = {piece.key: piece.segment for piece in reversed(came) if isinstance(piece, Opened)}
    texts = dict.fromkeys(segments, "")
    for piece in came:
        if isinstance(piece, Text) and piece.key in texts:
            texts[piece.key] += piece.text
    whole = replace(begun(), segments=tuple(replace(segments[key], text=text) for key, text in texts.items()))
    decision = guard.decision
    assert decision.stops or not enforce(bundle, whole).stops, "the stream was let through, and the whole text is not"
    assert all(one.consumed <= len(texts[key]) for key, one in seen.items()), "more left than came"
    assert decision.exposure.released == sum(one.consumed for one in seen.values())
    exposed = [said.exposure_chars for said in decision.verdicts]
    assert max(exposed, default=0) <= decision.exposure.bound, "more was exposed than the decision states"


if __name__ == "__main__":
    main()
