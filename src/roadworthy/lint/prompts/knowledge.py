"""Documents that a system retrieves from, and that speak to the model behind the reader's back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.scan import place
from roadworthy.sensitive.pattern import compiled

ORDERS = re.compile(
    r"(?i)\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}\b(?:previous|prior|above|earlier|preceding|all|any|your|system|other)\b"
    r".{0,20}\b(?:instructions?|prompts?|rules?|guidelines?|directions?|messages?|context)\b"
    r"|\b(?:you are|act as) (?:now )?(?:an?|the) (?:ai|assistant|language model|chatbot|llm|agent|dan)\b"
    r"|\b(?:ai|assistant|language model|chatbot|llm|agent)s?\b[^.\n]{0,40}"
    r"\b(?:must|should|shall|has to|needs to|is required to)\b"
    r"|\b(?:assistant|ai agent|model|llm|chatbot)\s*[:,]\s*(?:please\s+)?"
    r"(?:ignore|reply|respond|answer|say|tell|send|call|use|do|never|always)\b"
    r"|\b(?:do not|don't|never) (?:tell|inform|reveal|mention|show)\b.{0,30}\b(?:users?|customers?|humans?|reader)\b"
    r"|\bsystem\s+(?:prompt|message|override|instruction)\b|\bnew instructions?\s*:|<\|im_start\|>|\[INST\]|<important>"
)
_LINK_COMMENT = re.compile(r"(?m)^\[(?:comment|//|_)\]:[ \t]*#?[ \t]*[\"(](?P<inner>[^\n]{0,2000})")
_STYLED_AWAY = (
    r"(?is)<([a-z][a-z0-9]*)\b[^<>]{0,400}(?:\bhidden\b|aria-hidden\s*=\s*[\"']true"
    r"|style\s*=\s*[\"'][^\"'<>]{0,300}(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0"
    r"|opacity\s*:\s*0(?:[^.\d]|\.0)|[;\"'\s]color\s*:\s*(?:white|#fff(?:fff)?\b|transparent)"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}))[^<>]{0,400}>"
)
_LONGEST = 4000
"""Characters of a comment or a styled part that are looked at."""


def injected(file: SourceFile, parameters: Mapping[str, Any]) -> Iterator[Hit]:
    """Yield orders to the model; ``where`` is ``comment`` (in one), ``style`` (in what is styled away) or ``text``."""
    text = file.text
    hidden = {"comment": _comments, "style": _styled_away}
    wanted = hidden.get(parameters["where"])
    if wanted is not None:
        spans = list(wanted(text))
    else:
        spans = _between([span for find in hidden.values() for span in find(text)], len(text))
    for start, end in spans:
        found = ORDERS.search(text, start, end)
        if found is not None:
            line, column = place(text, found.start())
            yield Hit(line=line, column=column)


def _comments(text: str) -> Iterator[tuple[int, int]]:
    """Yield the insides of comments; one that is not closed is none."""
    at = text.find("<!--")
    while at >= 0:
        end = text.find("-->", at + 4)
        if end < 0:
            break
        yield at + 4, min(end, at + 4 + _LONGEST)
        at = text.find("<!--", end)
    yield from (found.span("inner") for found in _LINK_COMMENT.finditer(text))


def _styled_away(text: str) -> Iterator[tuple[int, int]]:
    """Yield the insides of elements that a page does not show."""
    done = 0
    for found in compiled(_STYLED_AWAY).finditer(text):
        # What lies within another is looked at with it.
        if found.start() >= done:
            end = text.find(f"</{found.group(1)}", found.end(), found.end() + _LONGEST)
            done = end if end >= 0 else min(len(text), found.end() + _LONGEST)
            yield found.end(), done


def _between(hidden: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Return the stretches of a text that lie outside others."""
    found: list[tuple[int, int]] = []
    at = 0
    for start, end in sorted(hidden):
        found.append((at, max(at, start)))
        at = max(at, end)
    return [*found, (at, length)]
