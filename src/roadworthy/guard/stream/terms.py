"""How one field of a stream is let through: computed from the policy when the field begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from roadworthy.guard.engine.bundle import Bundle, is_never_early
from roadworthy.guard.engine.compiling.rule import CompiledRule
from roadworthy.guard.event import Event
from roadworthy.guard.policy.model import Buffer, Holdback, Route
from roadworthy.guard.segment import Segment
from roadworthy.guard.stream.boundary import Boundary
from roadworthy.guard.verdict import Mode

_BUFFERED_STRIDE = 1_024
_SHORTEST = 5
"""Bits of the reaches that are all called short: up to 31 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Rules of like reach, which look at a field at the same time.

    Each pace looks at stretches as long as its own rules need: so a rule that decides within a word neither waits for
    one that decides within a page, nor is asked about the same page again and again.
    """

    rules: frozenset[str]
    """Their ids."""

    reach: int
    """The most characters that decide on anything that they find."""

    decodes: bool
    """Whether one of them looks into encoded text."""

    stride: int
    """Characters that come between two looks: in `Mode.HOLDBACK` this many more are held at most."""

    slack: int
    """Characters that may leave before these rules have given their verdict on them."""

    def __post_init__(self) -> None:
        if self.stride < 1:
            raise ValueError(f"`stride` must be >= 1, got {self.stride}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds for one field for as long as its stream lasts."""

    mode: Mode
    held: int
    """Characters that are held at least, in `Mode.HOLDBACK`."""

    boundary: Boundary | None
    reaches: Mapping[str, int]
    """`CompiledRule.reach` of each enforced rule that judges before the field is whole."""

    paces: tuple[Pace, ...]
    """Those rules by their reach, the shortest first; at least one."""

    bound: int
    """The most characters that may leave before every rule has given its verdict on them."""

    max_chars: int
    """Longest field."""


def terms_of(bundle: Bundle, segment: Segment, event: Event, *, route: Route) -> Terms:
    """Return how a field like ``segment`` is let through.

    Args:
        bundle: The policy.
        segment: What is known of the field; its text does not matter.
        event: Of the stream.
        route: That serves the event.
    """
    rules = [rule for rule in bundle.rules_for(segment, event) if not rule.is_shadow and rule.reach is not None]
    streaming = Buffer() if is_never_early(segment) else route.streaming
    mode = Mode(streaming.kind)
    held = streaming.chars if isinstance(streaming, Holdback) else 0
    boundary = streaming.boundary if isinstance(streaming, Holdback) else "none"
    return Terms(
        mode=mode,
        held=held,
        boundary=None if boundary == "none" else boundary,
        reaches={rule.id: rule.reach or 0 for rule in rules},
        paces=tuple(_paces(rules, mode, held=held)),
        bound=bundle.exposure_bound(segment, event),
        max_chars=route.max_chars,
    )


def _paces(rules: Iterable[CompiledRule], mode: Mode, *, held: int) -> Iterator[Pace]:
    alike: dict[int, list[CompiledRule]] = {}
    for rule in rules:
        bits = max(_SHORTEST, (rule.decides_within or 0).bit_length())
        alike.setdefault(bits // 2, []).append(rule)
    for _, some in sorted(alike.items() or {0: []}.items()):
        reach = max((rule.decides_within or 0 for rule in some), default=0)
        yield Pace(
            rules=frozenset(rule.id for rule in some),
            reach=reach,
            decodes=any(rule.decodes for rule in some),
            stride=_stride(mode, held=held, reach=reach),
            slack=0 if mode is Mode.BUFFER else max(0, reach - held),
        )


def _stride(mode: Mode, *, held: int, reach: int) -> int:
    # A look costs a fixed part and one for twice the reach, so that fewer looks are taken where the reach is long.
    if mode is Mode.OBSERVE:
        return 1
    if mode is Mode.HOLDBACK:
        return max(8, min(32, held // 4), reach // 16)
    return max(_BUFFERED_STRIDE, 2 * reach)
