"""Makes of all edits to one text a list of edits that do not overlap, whatever their order."""

from __future__ import annotations

from collections.abc import Iterable

from roadworthy.guard.segment import Span
from roadworthy.guard.verdict import Edit, EditKind

_FROM_LOOSEST = ("insert", "repair", "neutralise", "encode", "placeholder", "redact", "quarantine")
_STRICTNESS = {kind: _FROM_LOOSEST.index(kind.value) for kind in EditKind}
_REPEATS = frozenset(kind for kind in EditKind if kind.value in ("repair", "neutralise", "encode"))
"""Kinds whose replacement says in another way what stood there, so that one cannot stand for another's place."""


def merged(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return edits that do not overlap and cover every character that one of ``edits`` covers; in order of place.

    Where edits overlap, one edit of the strictest kind takes the place of all. Where two of the same kind would each
    say in their own way what stood there, neither does: it is redacted. What must be inserted is kept, behind what it
    would have stood in.

    >>> first = Edit(span=Span(start=0, end=5), replacement="[email]", kind=EditKind.REDACT)
    >>> second = Edit(span=Span(start=3, end=9), replacement="&lt;", kind=EditKind.ENCODE)
    >>> [(edit.span, edit.replacement) for edit in merged([second, first])]
    [(Span(start=0, end=9), '[email]')]
    """
    given = set(edits)
    groups: list[list[Edit]] = []
    end = -1
    for edit in sorted((one for one in given if one.span.length), key=_place):
        if groups and edit.span.start < end:
            groups[-1].append(edit)
        else:
            groups.append([edit])
        end = max(end, edit.span.end) if len(groups[-1]) > 1 else edit.span.end
    found = [_joined(group) for group in groups]
    inserted = sorted((one for one in given if not one.span.length), key=_place)
    return _with_inserted(found, inserted)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return ``text`` with ``edits``, which do not overlap and are in order.

    >>> edited("mail a@b.io", [Edit(span=Span(start=5, end=11), replacement="[email]", kind=EditKind.REDACT)])
    'mail [email]'
    """
    parts: list[str] = []
    place = 0
    for edit in edits:
        parts += (text[place : edit.span.start], edit.replacement)
        place = edit.span.end
    return "".join((*parts, text[place:]))


def _joined(group: list[Edit]) -> Edit:
    if len(group) == 1:
        return group[0]
    span = Span(start=group[0].span.start, end=max(edit.span.end for edit in group))
    kind = max((edit.kind for edit in group), key=_STRICTNESS.__getitem__)
    of_kind = [edit for edit in group if edit.kind is kind]
    if kind in _REPEATS and len({edit.replacement for edit in of_kind}) + len({edit.span for edit in of_kind}) > 2:
        return Edit(span=span, replacement="[redacted]", kind=EditKind.REDACT)
    lead = min(of_kind, key=lambda edit: (-edit.span.length, edit.span.start, edit.replacement))
    return Edit(span=span, replacement=lead.replacement, kind=kind)


def _with_inserted(found: list[Edit], inserted: list[Edit]) -> tuple[Edit, ...]:
    """Return ``found`` with the edits of no length, each moved behind the edit that it would stand in."""
    placed = set(found)
    ends = iter(found)
    around = next(ends, None)
    for edit in inserted:
        while around is not None and around.span.end <= edit.span.start:
            around = next(ends, None)
        if around is not None and around.span.start < edit.span.start:
            at = around.span.end
            edit = Edit(span=Span(start=at, end=at), replacement=edit.replacement, kind=edit.kind)  # noqa: PLW2901 - the same edit, moved
        placed.add(edit)
    return tuple(sorted(placed, key=_place))


def _place(edit: Edit) -> tuple[int, int, str, str]:
    return edit.span.start, edit.span.end, edit.kind.value, edit.replacement
