"""Shows a person the arguments of a call that they are asked about: what may be shown, and nothing that misleads."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from roadworthy.core.digest import JsonValue
from roadworthy.guard.calls.ports import ShownArgument
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.rails.rail import Rail, Scene
from roadworthy.guard.rails.secrets import SecretsRail, SecretsSettings
from roadworthy.guard.reading.reading import read
from roadworthy.guard.run.call import Call
from roadworthy.guard.segment import Segment, shown_path
from roadworthy.guard.verdict import Detection

MAX_ARGUMENTS = 50
"""Arguments that are shown of one call."""

MAX_CHARS = 2_000
"""Characters of a value that are shown."""

_LOOKED_AT = 2 * MAX_CHARS
_LONGEST_NAME = 200
_HIDING = frozenset(("secrets", "personal_data"))
_NOT_SHOWN = "(not shown)"
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0").union(
    map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)
"""Signs that count as printable and print nothing."""

_CREDENTIALS = SecretsRail(SecretsSettings(check_sums="ignore"))


def shown_arguments(call: Call, *, bundle: Bundle, scene: Scene, segment: Segment) -> tuple[ShownArgument, ...]:
    """Return the arguments of ``call`` for the eyes of who is asked, at most `MAX_ARGUMENTS`.

    Names, of arguments and within them, are shown as values are: one that is covered or cut has a number, so that none
    takes the place of another. Credentials are covered, and so is what the rails for secrets and personal data find
    that the policy has, wherever else its rules look. What cannot be looked at is not shown.

    Args:
        call: As it was asked for.
        bundle: The policy.
        scene: Of its event.
        segment: Of its arguments.
    """
    rails = [rule.rail for rule in bundle.rules if rule.kind in _HIDING]
    cover = _Cover(rails=(_CREDENTIALS, *rails), scene=scene, segment=segment)
    return tuple(cover.arguments(list(call.arguments.items())[:MAX_ARGUMENTS]))


def names_alone(shown: Sequence[ShownArgument]) -> tuple[ShownArgument, ...]:
    """Return ``shown`` without values, and without names that may be content themselves."""
    return tuple(
        ShownArgument(name=one.name if _is_plain(one.name) else f"(name {place}, not kept)", value="", whole=False)
        for place, one in enumerate(shown, start=1)
    )


@dataclass(slots=True, kw_only=True)
class _Cover:
    """Covers what must not be seen in the values of one call."""

    rails: Sequence[Rail | None]
    """None: one that could not be made, so that nothing can be looked at."""

    scene: Scene
    segment: Segment
    is_whole: bool = True

    def arguments(self, given: Sequence[tuple[str, JsonValue]]) -> Iterator[ShownArgument]:
        taken: set[str] = set()
        for name, value in given:
            self.is_whole = True
            called = self._name(name, "", taken, left=[_LONGEST_NAME])
            taken.add(called)
            text = _printable(json.dumps(self._value(value, name, left=[_LOOKED_AT]), ensure_ascii=False))
            if len(text) > MAX_CHARS:
                text, self.is_whole = f"{text[:MAX_CHARS]}…", False
            if not _is_plain(called):
                called = _printable(json.dumps(called, ensure_ascii=False))
            yield ShownArgument(name=called, value=text, whole=self.is_whole)

    def _value(self, value: JsonValue, name: str, *, left: list[int]) -> JsonValue:
        """Return ``value`` with what must not be seen covered, leaf by leaf; ``left`` characters are looked at."""
        if left[0] <= 0:
            self.is_whole = False
            return "…"
        if isinstance(value, dict):
            return self._members(value, name, left=left)
        if isinstance(value, (list, tuple)):
            return [self._value(item, name, left=left) for item in value]
        if value is None or isinstance(value, bool):
            left[0] -= 4
            return value
        text = str(value)
        seen = text[: left[0]]
        left[0] -= len(text) + 4
        covered = self._text(seen, name)
        if len(seen) < len(text):
            self.is_whole = False
            covered = f"{covered}…"
        return value if covered == text else covered

    def _members(self, value: dict[str, JsonValue], name: str, *, left: list[int]) -> JsonValue:
        shown: dict[str, JsonValue] = {}
        for inner, item in value.items():
            called = self._name(inner, name, shown, left=left)
            shown[called] = self._value(item, inner, left=left)
            if left[0] <= 0:
                self.is_whole &= len(shown) == len(value)
                break
        return shown

    def _name(self, name: str, above: str, taken: Collection[str], *, left: list[int]) -> str:
        """Return a name as it may be seen, another one than those that are ``taken``."""
        seen = name[: max(left[0], 0)]
        left[0] -= len(name) + 4
        called = name if _is_plain(name) else self._text(seen, above)
        if len(seen) < len(name):
            called = f"{called}…"
        if called == name and called not in taken:
            return called
        self.is_whole = False
        number = len(taken) + 1
        while f"{called} ({number})" in taken:
            number += 1
        return f"{called} ({number})"

    def _text(self, text: str, name: str) -> str:
        """Return ``text`` with labels in place of what is found in it, or in it beside its name."""
        lead = f"{name[:_LONGEST_NAME]}: "
        try:
            spans = [
                (max(one.span.start - len(lead), 0), one.span.end - len(lead), one.kind)
                for one in self._found(lead + text)
                if one.span.end > len(lead)
            ]
        except Exception:  # noqa: BLE001 - a rail that breaks has not looked, and what nobody looked at is not shown
            self.is_whole = False
            return _NOT_SHOWN
        parts, place = [], 0
        for start, end, kind in sorted(spans):
            if end <= place:
                continue
            parts += [text[place : max(start, place)], f"[{kind.upper()}]"]
            place = end
        self.is_whole &= not spans
        return "".join((*parts, text[place:]))

    def _found(self, text: str) -> Iterator[Detection]:
        reading, segment = read(text), replace(self.segment, text=text)
        for rail in self.rails:
            if rail is None:
                raise LookupError("a rail is not there")
            yield from rail.examine(segment, reading, self.scene)


def _is_plain(name: str) -> bool:
    """Return whether a name is one that nobody can hide anything in."""
    return shown_path(f"/{name}")[1:] == name


def _printable(text: str) -> str:
    """Return ``text`` with every sign escaped that steers a terminal, turns the direction, or is not seen."""
    if text.isprintable() and text.isascii():
        return text
    return "".join(one if one.isprintable() and one not in _BLANK else _escaped(one) for one in text)


def _escaped(one: str) -> str:
    return f"\\u{ord(one):04x}" if ord(one) < 0x10000 else f"\\U{ord(one):08x}"
