"""HTML of which some tags may stay: what the sanitiser would change is the finding, and its result the edit."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from roadworthy.guard.rails.rail import Triggers
from roadworthy.guard.rails.sink.grammar import Grammar, encoded
from roadworthy.guard.verdict import Detection

MAX_CHARS = 200_000
"""Longest text that is sanitised."""

_SCHEMES = frozenset({"http", "https", "mailto", "tel"})


def allowed_html(tags: tuple[str, ...], attributes: tuple[str, ...]) -> Grammar:
    """Return how HTML is read where ``tags`` with ``attributes`` may stay.

    Everything between the first and the last character that the sanitiser changes is one finding.

    Args:
        tags: Names of elements.
        attributes: ``element.attribute`` or, for every element, ``*.attribute``.

    Raises:
        LookupError: If the sanitiser is not installed.
    """
    if find_spec("nh3") is None:
        raise LookupError("`allowed_tags` needs the package nh3: install roadworthy[structured]")
    import nh3

    by_tag: dict[str, set[str]] = {}
    for one in attributes:
        tag, _, name = one.partition(".")
        by_tag.setdefault(tag, set()).add(name)

    def find(text: str) -> Iterator[Detection]:
        if len(text) > MAX_CHARS:
            raise ValueError(f"HTML of {len(text)} characters is longer than {MAX_CHARS}")
        clean = nh3.clean(
            text,
            tags=set(tags),
            attributes=by_tag,
            url_schemes=set(_SCHEMES),
            link_rel="noopener noreferrer" if "a" in tags else None,
        )
        if clean != text:
            start, end, replacement = _difference(text, clean)
            yield encoded("html_not_allowed", start=start, end=end, replacement=replacement)

    return Grammar(triggers=Triggers(patterns=("[<>&\\x00\\r\\x{a0}]",), unusual=True), reach=None, find=find)


def _difference(text: str, clean: str) -> tuple[int, int, str]:
    shorter = min(len(text), len(clean))
    start = _alike(text, clean, shorter)
    end = _alike(text[start:][::-1], clean[start:][::-1], shorter - start)
    return start, len(text) - end, clean[start : len(clean) - end]


def _alike(one: str, other: str, most: int) -> int:
    """Return how many first characters are the same, by halving."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
