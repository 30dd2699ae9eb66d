"""What an address stands in: an image, a link, a definition, an attribute, a style, or plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

BEFORE = 600
"""Most characters before an address that are looked at."""

AFTER = 600
"""Most characters after it."""

_TITLE = re.compile(
    r">?(?:[ \t\r\n]{1,8}(?:\"[^\"]{0,200}\"|'[^']{0,200}'|\([^()]{0,200}\)))?[ \t\r\n]{0,8}(?P<size>=[0-9x]{1,9})?\)"
)
_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9-]{0,20})")
_ATTRIBUTE = re.compile(r"([A-Za-z][A-Za-z:-]{0,20})[ \t\r\n]{0,8}=[ \t\r\n]{0,8}[\"'`]?[ \t\r\n]{0,8}\Z")
_TAG_END = re.compile(r"(?:[^>\"']|\"[^\"]{0,300}\"|'[^']{0,300}'){0,600}>")
_ALT = re.compile(r"\balt[ \t\r\n]{0,8}=[ \t\r\n]{0,8}(?:\"([^\"]{0,300})\"|'([^']{0,300})')", re.IGNORECASE)
_LOADING_ATTRIBUTES = frozenset(
    ("src", "srcset", "poster", "background", "data", "dynsrc", "lowsrc", "srcdoc", "content")
)
_LOADING_TAGS = frozenset(
    ("img", "image", "source", "video", "audio", "iframe", "frame", "embed", "object", "link", "script", "input",
     "track", "use", "meta", "base", "feimage")
)  # fmt: skip
_BEFORE_STYLE = ("url(", "@import")
_STYLE_CHARS = 200
_MAX_BRACKETS = 32
"""Brackets in a label that are looked at; of one with more it is not told what it is."""

_INERT = str.maketrans("", "", "[]<>!`\\")


class Kind(StrEnum):
    """What an address stands in."""

    IMAGE = "image"
    """A Markdown image, or a tag or a style that loads by itself."""

    LINK = "link"
    """Followed by a click."""

    DEFINITION = "definition"
    """Of a reference, which an image or a link may use."""

    ATTRIBUTE = "attribute"
    """Of a tag, followed by a click or a form."""

    STYLE = "style"
    AUTOLINK = "autolink"
    PLAIN = "plain"

    @property
    def loads(self) -> bool:
        """Whether it may be loaded without anybody doing anything."""
        return self in {Kind.IMAGE, Kind.DEFINITION, Kind.STYLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an address stands, and what to put there when it must go."""

    kind: Kind
    start: int
    end: int
    text: str = field(default="", repr=False)
    """What a reader sees of an image in its stead."""

    in_tag: bool = False
    quote: str = ""
    """What ends the address where it stands in a quoted attribute."""


def place_of(text: str, start: int, end: int) -> Place:
    """Return what the address from ``start`` to ``end`` stands in. Only what is near counts."""
    first = max(0, start - BEFORE)
    before = text[first:start]
    # A quoted block begins each of its lines with ">", which is none of the address's surroundings.
    head = before.rstrip(" \t\r\n<>\"'`")
    if not head and first > 0:
        return Place(kind=Kind.IMAGE, start=start, end=end)
    if head.endswith("]("):
        return _inline(text, start, end, paren=first + len(head) - 1)
    if head.endswith("]:"):
        return Place(kind=Kind.DEFINITION, start=start, end=end)
    if head.lower().endswith(_BEFORE_STYLE) or "image-set(" in before[-_STYLE_CHARS:].lower():
        return Place(kind=Kind.STYLE, start=start, end=end)
    tagged = _in_tag(text, before, start, end, first=first)
    if tagged is not None:
        return tagged
    if before.endswith("<") and text[end : end + 1] == ">":
        return Place(kind=Kind.AUTOLINK, start=start - 1, end=end + 1)
    return Place(kind=Kind.PLAIN, start=start, end=end)


def _inline(text: str, start: int, end: int, *, paren: int) -> Place:
    closing = _TITLE.match(text, end, min(len(text), end + AFTER))
    last = closing.end() if closing is not None else end
    bracket = _opening(text, paren - 1)
    if bracket > 0 and text[bracket - 1] == "!":
        label = text[bracket + 1 : paren - 1].translate(_INERT).replace("](", " ")
        return Place(kind=Kind.IMAGE, start=bracket - 1, end=last, text=label)
    if bracket < 0:
        # The label is longer than what is looked at: it may be an image's.
        return Place(kind=Kind.IMAGE, start=paren, end=last)
    return Place(kind=Kind.LINK, start=paren, end=last)


def _opening(text: str, closing: int) -> int:
    """Return where the bracket that ends at ``closing`` begins; -1: not within reach."""
    first = max(0, closing - BEFORE)
    nearest = text.rfind("[", first, closing)
    if nearest < 0:
        return -1
    if text.find("]", nearest, closing) < 0:
        return nearest
    depth, at = 1, closing
    for _ in range(_MAX_BRACKETS):
        at = max(text.rfind("[", first, at), text.rfind("]", first, at))
        if at < 0:
            return -1 if first > 0 else text.find("[", 0, closing)
        depth += 1 if text[at] == "]" else -1
        if depth == 0:
            return at
    return -1


def _closing(text: str, after: int) -> int:
    """Return where the tag ends, whatever its further attributes hold; 0: not within reach."""
    last = min(len(text), after + AFTER)
    closing = _TAG_END.match(text, after, last)
    return closing.end() if closing is not None else text.find(">", after, last) + 1


def _in_tag(text: str, before: str, start: int, end: int, *, first: int) -> Place | None:
    opening = before.rfind("<")
    tag = _TAG.match(before, opening) if opening > before.rfind(">") else None
    attribute = _ATTRIBUTE.search(before[-80:])
    if attribute is None and (tag is None or opening == len(before) - 1):
        return None
    name = tag[1].lower() if tag is not None else ""
    loads = name in _LOADING_TAGS or (attribute is not None and attribute[1].lower() in _LOADING_ATTRIBUTES)
    if tag is None and not (loads or (attribute is not None and attribute[1].lower() in {"href", "action"})):
        return None
    quote = before[-1:] if before[-1:] in {'"', "'"} else ""
    closing = _closing(text, end + len(quote))
    if loads and tag is not None and closing > 0:
        whole = text[first + opening : closing]
        alt = _ALT.search(whole)
        said = ((alt[1] or alt[2] or "") if alt is not None else "").translate(_INERT)
        return Place(kind=Kind.IMAGE, start=first + opening, end=closing, text=said, quote=quote)
    return Place(kind=Kind.IMAGE if loads else Kind.ATTRIBUTE, start=start, end=end, in_tag=True, quote=quote)
