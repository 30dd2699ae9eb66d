"""Tells whether what a rail gave can be what it found. A rail that says otherwise has failed, and is not believed."""

from __future__ import annotations

from typing import Any

from roadworthy.guard.segment import Span
from roadworthy.guard.verdict import Detection, Edit, EditKind


def unsound(found: object, *, length: int) -> str:
    """Return what is wrong with ``found``; empty when nothing is.

    Args:
        found: What a rail returned for a text.
        length: Characters of that text.

    >>> unsound([Detection(kind="email", span=Span(start=3, end=9))], length=5)
    'it found something from 3 to 9 in 5 characters'
    """
    if not isinstance(found, tuple | list):
        return f"it returned {type(found).__name__}, not a sequence"
    for one in found:
        said = _unsound(one, length=length)
        if said:
            return said
    return ""


def _unsound(one: Any, *, length: int) -> str:
    # A rail is code from anywhere, so its annotations are not believed.
    if not isinstance(one, Detection):
        return f"it found {type(one).__name__}, not a detection"
    given: Any = one
    if not (isinstance(given.kind, str) and isinstance(given.detail, str) and isinstance(given.offered, bool)):
        return "a detection does not say what it is in words"
    if given.score is not None and not (isinstance(given.score, int | float) and 0 <= given.score <= 1):
        return "a score is no fraction"
    said = _outside(given.span, length=length)
    if said or given.edit is None:
        return said
    if not isinstance(given.edit, Edit):
        return "an edit is none"
    edit: Any = given.edit
    if not (isinstance(edit.replacement, str) and isinstance(edit.kind, EditKind)):
        return "an edit does not say what it puts there"
    return _outside(edit.span, length=length)


def _outside(span: Any, *, length: int) -> str:
    if not isinstance(span, Span):
        return "a place is no span"
    start: Any = span.start
    end: Any = span.end
    if not (isinstance(start, int) and isinstance(end, int)):
        return "a place is no span"
    if 0 <= start <= end <= length:
        return ""
    return f"it found something from {start} to {end} in {length} characters"
