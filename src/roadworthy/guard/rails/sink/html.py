"""HTML: text between tags, a quoted attribute's value, and an address in an attribute."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roadworthy.guard.rails.rail import Triggers
from roadworthy.guard.rails.sink.grammar import Grammar, characters, encoded
from roadworthy.guard.verdict import Detection

_NAME_CHARS = 12
_ACTIVE = re.compile(
    "animate|applet|audio|base|body|button|embed|form|frame|frameset|iframe|image|img|input|link|math|meta|noscript"
    "|object|script|select|set|source|style|svg|template|textarea|title|use|video"
)
"""Elements that load, run or cover something."""

_TEXT = re.compile(rf"<(?=[A-Za-z/!?]|\Z)(?=/?([A-Za-z]{{0,{_NAME_CHARS}}}))|&(?=[#A-Za-z]|\Z)")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "`": "&#96;", "\0": ""}
_SCHEME = re.compile(r"[\x00-\x20]*([A-Za-z][A-Za-z0-9+.\t\r\n-]*)(:)")
_SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})


def text_in_html() -> Grammar:
    """Return how text between tags is read: ``<`` begins a tag before a letter, ``/``, ``!`` or ``?``.

    At the end of the text both characters count, as what follows in the page would complete them.

    Source:
        HTML Living Standard, section 13.2.5.6 (tag open state) and 13.2.5.72 (character reference state).
    """

    def find(text: str) -> Iterator[Detection]:
        for match in _TEXT.finditer(text):
            here = match.start()
            name = (match[1] or "").lower()
            is_entity = text[here] == "&"
            yield encoded(
                "html_entity" if is_entity else "html_tag",
                start=here,
                end=here + 1,
                replacement=_NAMED[text[here]],
                detail=name if _ACTIVE.fullmatch(name) else "",
            )

    triggers = Triggers(patterns=(r"<(?:[a-z/!?]|\z)", r"&(?:[#a-z]|\z)"), unusual=True)
    return Grammar(triggers=triggers, reach=_NAME_CHARS + 2, find=find)


def attribute_in_html() -> Grammar:
    """Return how a quoted attribute's value is read: any quote may end it, and entities are decoded."""
    return characters(r"[&<>\"'`\x00]", kind="html_attribute", encode=_NAMED.__getitem__)


def address_in_html() -> Grammar:
    """Return how the address in an attribute is read: as its quoted value is, and its scheme may be code.

    A scheme other than http, https, mailto and tel loses its colon, so that the address is a relative one.

    Source:
        URL Living Standard, section 4.4: leading controls and spaces, tabs and line breaks are removed.
    """
    value = attribute_in_html()

    def find(text: str) -> Iterator[Detection]:
        match = _SCHEME.match(text)
        colon = -1
        if match is not None:
            scheme = re.sub(r"[\t\r\n]", "", match[1]).lower()
            colon = match.start(2) if scheme not in _SAFE_SCHEMES else -1
        for found in value.find(text):
            if 0 <= colon < found.span.start:
                yield encoded("html_script_url", start=colon, end=colon + 1, replacement="%3A")
                colon = -1
            yield found
        if colon >= 0:
            yield encoded("html_script_url", start=colon, end=colon + 1, replacement="%3A")

    triggers = Triggers(patterns=(*value.triggers.patterns, r":"), unusual=True)
    return Grammar(triggers=triggers, reach=None, find=find)
