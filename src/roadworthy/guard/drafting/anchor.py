"""Sees to it that a call which acts holds something that only the user can have said: nothing at all is everybody's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from roadworthy.guard.calls.policy import Argument, ArgumentType

MAY_BE_HERE = r"([^.]|\.[^.])*\.?"
"""Of a path that does not climb; nothing stands for the folder in which it begins."""

CLIMBS_NOWHERE = r"([^.]|\.[^.])+\.?|\."
"""The same, of one that says which."""

_SOMETHING = r"(?s).{1,}"
_HOLLOW = (ArgumentType.OBJECT, ArgumentType.LIST)
_TEXTS = (ArgumentType.STRING, ArgumentType.ANY)


def anchored(arguments: Sequence[Argument]) -> tuple[Argument, ...] | None:
    """Return ``arguments`` with one that must be given, must not be empty and is for the user to say.

    None: there is none that can be; a person must then say that the call is wanted. An empty object or a flag says
    nothing of the user's, and one word of theirs fits a choice by chance.

    Args:
        arguments: Of a call that acts, those first that decide what is done.

    >>> lines = (Argument(name="text", type=ArgumentType.STRING, required=True, origins=("user",)),)
    >>> [one.pattern for one in anchored(lines) or ()], anchored([replace(lines[0], type=ArgumentType.OBJECT)])
    (['(?s).{1,}'], None)
    """
    wanted = [one for one in arguments if one.required and "any" not in one.origins and not _is_closed(one)]
    fitting = [one for one in wanted if one.type not in _HOLLOW]
    if not fitting:
        return None
    if any(one.type not in _TEXTS for one in fitting):
        return tuple(arguments)
    chosen = fitting[0]
    filled = replace(chosen, pattern=CLIMBS_NOWHERE if chosen.pattern else _SOMETHING)
    return tuple(filled if one is chosen else one for one in arguments)


def _is_closed(one: Argument) -> bool:
    return one.type is ArgumentType.BOOLEAN or bool(one.one_of)
