"""Finds the verbs with which a description opens, where it has several of them in a row."""

from __future__ import annotations

import re

from roadworthy.guard.drafting.verb import effect_of, is_vague
from roadworthy.guard.drafting.word import plain

_WORD = r"[a-z]{2,20}"
_BETWEEN = r"\s*(?:,\s*(?:(?:and|or|und|oder)\s+)?|/|&|\s(?:and|or|und|oder)\s)\s*"
_ROW = re.compile(rf"\W*({_WORD}(?:{_BETWEEN}{_WORD})+)\b")
_SPLIT = re.compile(_BETWEEN)
_MAX_READ = 400


def enumerated(description: str) -> tuple[str, ...]:
    """Return the words of the row of verbs with which ``description`` opens; empty: it opens with one, or with none.

    A row that does not begin with a verb is a row of things.

    >>> enumerated("View, update, or cancel appointments."), enumerated("Name, email and phone of a user.")
    (('view', 'update', 'cancel'), ())
    """
    match = _ROW.match(plain(description[:_MAX_READ]).lower())
    words = tuple(_SPLIT.split(match[1])) if match is not None else ()
    return words if words and (effect_of(words[0]) is not None or is_vague(words[0])) else ()
