"""Orders and hidden text in what a tool says of itself: the model reads it as if the team had written it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.tools.definitions import DefinedTool, tools_in

MAX_CHARS = 20_000
"""Characters of one description that are looked at."""

_ORDERS = re.compile(
    r"(?i)(?P<ignore>\b(?:ignore|disregard|forget)\s+(?:all\s+|any\s+)?(?:the\s+|your\s+)?"
    r"(?:previous|prior|above|earlier|other)\s+(?:instructions?|rules?|messages?|prompts?))"
    r"|(?P<conceal>\b(?:do\s+not|don't|never)\s+(?:tell|inform|mention(?:\s+(?:this|it))?\s+to|reveal\s+(?:this|it)\s+to"
    r"|show\s+(?:this|it)\s+to|notify)\s+(?:this\s+to\s+|the\s+|it\s+to\s+the\s+)*users?\b)"
    r"|(?P<tag></?(?:important|system|instructions?|secret|hidden)>)"
    r"|(?P<first>\bbefore\s+(?:using|calling|invoking|running)\s+(?:any|this|every|another)\s+(?:other\s+)?tools?\b[^.]{0,80}"
    r"\b(?:read|send|call|fetch|pass|include|open)\b)"
    r"|(?P<loot>~/\.(?:ssh|aws|cursor|config|netrc)|\bid_rsa\b|\.env\s+file)"
)
_KINDS = {
    "ignore": "tells the model to ignore its instructions",
    "conceal": "tells the model to keep something from the user",
    "tag": "poses as a system message",
    "first": "orders the model to act before other tools",
    "loot": "asks for files that hold credentials",
}
_STEERS = re.compile(
    r"(?i)\b(?:instead\s+of\s+(?:using\s+|calling\s+)?(?:the\s+)?`?\w+`?\s+tool"
    r"|(?:never|do\s+not|don't)\s+(?:use|call)\s+(?:the\s+)?(?:other|any\s+other|`?\w+_\w+`?)\s*tools?"
    r"|always\s+(?:use|call|prefer)\s+this\s+tool\s+(?:first|before|instead)"
    r"|(?:you\s+must|must)\s+(?:always\s+)?(?:use|call)\s+this\s+(?:tool\s+)?(?:first|before))\b"
)
_ENCODED = re.compile(
    r"(?<![A-Za-z0-9+/:.])(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])(?=[A-Za-z0-9+/]*\d)[A-Za-z0-9+/]{80,}={0,2}"
)
_ADDRESS = re.compile(r"\w+://\S+")
_MOST_SLASHES = 1 / 16
"""Share of slashes in what may be base64, where one letter of 64 is one; a path has more."""

_HIDDEN = re.compile(
    "[\U000e0001\U000e0020-\U000e007f]{2,}|[\u202a-\u202e\u2066-\u2069]|[\u200b\u2060\u2061-\u2064\u180e]"
    "|[\U000e0100-\U000e01ef]{2,}|(?<=[\x20-\x7e])[\u200c\u200d\ufeff](?=[\x20-\x7e])"
)
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f")


def orders(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find descriptions that give the model orders which no tool has to give."""
    for tool, part, text in _texts(file):
        found = _ORDERS.search(text)
        what = _KINDS[found.lastgroup or ""] if found else "hides a long encoded text" if _is_encoded(text) else ""
        if what:
            yield _hit(tool, part, f"{what}")


def _is_encoded(text: str) -> bool:
    found = _ENCODED.search(_ADDRESS.sub("", text))
    return found is not None and found[0].count("/") <= len(found[0]) * _MOST_SLASHES


def steering(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find descriptions that speak about which other tools to use."""
    for tool, part, text in _texts(file):
        if _STEERS.search(text):
            yield _hit(tool, part, "tells the model which other tools to use or not")


def hidden(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find characters that a reader does not see and a model does."""
    for tool, part, text in _texts(file):
        found = _HIDDEN.search(_FLAG.sub("", text))
        if found:
            yield _hit(tool, part, f"holds characters that nobody sees (U+{ord(found[0][0]):04X})")


def unmarked_result(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Find tools that bring in text from strangers and do not say so."""
    names, marked = re.compile(parameters["names"]), re.compile(parameters["marked"])
    for tool in tools_in(file):
        if names.search(tool.name) and not marked.search(tool.description):
            said = f"tool {tool.name!r} returns text from outside, and its description does not mark it as untrusted"
            yield Hit(line=tool.line, said=said, subject=tool.name)


def undescribed(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find tools that say nothing of what they do."""
    for tool in tools_in(file):
        if not tool.description.strip():
            yield Hit(line=tool.line, said=f"tool {tool.name!r} does not say what it does", subject=tool.name)


def _hit(tool: DefinedTool, part: str, what: str) -> Hit:
    where = f"the description of its argument {part!r}" if part else "its description"
    line = tool.line_of_argument(part) if part else tool.line_of(("description",))
    return Hit(line=line, said=f"tool {tool.name!r}: {where} {what}", subject=f"{tool.name}.{part}")


def _texts(file: SourceFile) -> Iterator[tuple[DefinedTool, str, str]]:
    for tool in tools_in(file):
        yield tool, "", f"{tool.name} {tool.description[:MAX_CHARS]}"
        for name, schema in tool.properties:
            said = schema.get("description", "")
            yield tool, name, f"{name} {said if isinstance(said, str) else ''}"[:MAX_CHARS]
