"""Markdown: images, links, definitions, raw HTML and attributes; inert whichever renderer reads it.

Nothing here depends on what is code and what is not: renderers differ in that, and one that takes an indented or
fenced text for code where another does not would be an open door. In code, an edit is therefore visible.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from roadworthy.guard.rails.rail import Triggers
from roadworthy.guard.rails.sink.grammar import Grammar, encoded
from roadworthy.guard.verdict import Detection

_LABEL_CHARS = 1_000
_PREFIX_CHARS = 64
_AUTOLINK_CHARS = 512
_ATTRIBUTE_CHARS = 1_000
_SAFE_ADDRESS = re.compile(
    r"[ \t\n]{0,8}<?(?:https?://|mailto:|[/#?](?![/\\])|[A-Za-z0-9_./#?=%-]{1,200}(?=[ \n)>])|(?=[)>]))", re.IGNORECASE
)
_SAFE_AUTOLINK = re.compile(rf"<(?:https?://|mailto:)[^\s<>\"'`]{{1,{_AUTOLINK_CHARS}}}>", re.IGNORECASE)
_BEFORE_LABEL = re.compile(r"[\s>*+\-0-9.):#]*")
_CODE = re.compile(
    r"(?P<image>!(?=\[))"
    r"|(?P<link>\((?<=\]\())"
    r"|(?P<definition>:(?<=\]:))"
    r"|(?P<html><(?=[A-Za-z/!?]|\Z))"
    r"|(?P<mail><(?=[^\s>]{1,254}@))"
    r"|(?P<attributes>\{)"
    r"|(?P<bare>:(?=//)(?:(?<=[Tt][Tt][Pp]:)|(?<=[Tt][Tt][Pp][Ss]:)|(?<=[Ff][Tt][Pp]:))|\.(?<=[Ww][Ww][Ww]\.))"
)
_DECIDES = re.compile(r"[}\n=]")
"""What says whether a brace begins attributes: an equals sign before it is closed."""

_ENCODED = {
    "image": ("markdown_image", "&#33;"),
    "link": ("markdown_link", r"\("),
    "definition": ("markdown_definition", r"\:"),
    "html": ("markdown_html", "&lt;"),
    "mail": ("markdown_autolink", "&lt;"),
    "attributes": ("markdown_attributes", "&#123;"),
    "bare": ("markdown_bare_url", "\\"),
}
_PARTS = {
    "images": (("image",), (r"!\[",)),
    "links": (("link", "definition", "mail"), (r"\]\(", r"\]:", r"<[^\s>]")),
    "html": (("html", "attributes"), (r"<(?:[a-z/!?]|\z)", r"\{")),
    "bare_urls": (("bare",), (r"tps?://", r"www\.")),
}
"""What a reader may be allowed: what that lets stand, and the triggers of it."""


def markdown(allowed: tuple[str, ...]) -> Grammar:
    """Return how Markdown is read.

    Links that are allowed still have to go to a web or mail address, or to a place in the same site.

    Args:
        allowed: Of ``images``, ``links``, ``html`` and ``bare_urls``.

    Source:
        CommonMark 0.31.2, sections 4.7, 6.3 to 6.6; GitHub Flavored Markdown 0.29, section 6.9.
    """
    forbidden = {name for part, (names, _) in _PARTS.items() if part not in allowed for name in names}
    looked_at = forbidden | ({"link", "definition"} if "links" in allowed else set())

    def find(text: str) -> Iterator[Detection]:
        decides = -1
        for match in _CODE.finditer(text):
            name, here = str(match.lastgroup), match.start()
            if name == "attributes":
                if decides <= here:
                    after = _DECIDES.search(text, here + 1)
                    decides = len(text) if after is None else after.start()
                if decides - here <= _ATTRIBUTE_CHARS and text[decides : decides + 1] != "=":
                    continue
            if name in looked_at and not _stands(text, here, name=name, forbidden=forbidden):
                kind, replacement = _ENCODED[name]
                if name == "bare":
                    replacement += text[here]
                yield encoded(kind, start=here, end=here + 1, replacement=replacement)

    parts = [part for part in _PARTS if part not in allowed or part == "links"]
    triggers = tuple(trigger for part in parts for trigger in _PARTS[part][1])
    return Grammar(
        triggers=Triggers(patterns=triggers, unusual=True),
        reach=_LABEL_CHARS + _PREFIX_CHARS + _AUTOLINK_CHARS,
        find=find,
    )


def _stands(text: str, here: int, *, name: str, forbidden: set[str]) -> bool:
    """Return whether what looks like code at ``here`` is none, or may stay."""
    match name:
        case "definition" if not _defines(text, here):
            return True
        case "link" | "definition" if name not in forbidden:
            return _SAFE_ADDRESS.match(text, here + 1) is not None
        case "html" if "link" not in forbidden:
            return _SAFE_AUTOLINK.match(text, here) is not None
    return False


def _defines(text: str, colon: int) -> bool:
    """Return whether a label that begins a line may end before ``colon``. In doubt it does."""
    first = max(0, colon - 1 - _LABEL_CHARS)
    bracket = text.rfind("[", first, colon - 1)
    if bracket < 0:
        return first > 0
    if bracket > 0 and text[bracket - 1] == "\\":
        return True
    line = max(
        text.rfind("\n", max(0, bracket - _PREFIX_CHARS), bracket),
        text.rfind("\r", max(0, bracket - _PREFIX_CHARS), bracket),
    )
    start = line + 1 if line >= 0 else max(0, bracket - _PREFIX_CHARS)
    return _BEFORE_LABEL.fullmatch(text, start, bracket) is not None
