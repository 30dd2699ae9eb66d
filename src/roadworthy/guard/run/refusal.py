"""What stands in a conversation for the result of a call: of one that was not made, and of one that was held back."""

from __future__ import annotations

from collections.abc import Mapping

_WHY: Mapping[str, str] = {
    "waits": "a person has to agree to exactly this first. The question was put",
    "nobody": "a person would have to agree to it first, and nobody can be asked here",
    "limit": "the limit for it is used up",
    "under way": "the same thing is already under way",
    "not known": "it is not known whether the same thing was done before",
    "conflict": "its key belongs to another call",
    "": "it is not permitted here",
}

RESULT = "[The result of this call was held back by policy. Do not rely on it. You can go on without it.]"


def call_stub(why: str) -> str:
    """Return the text to give the model as the result of a call that was not made.

    >>> call_stub("limit")
    'This call was not made: the limit for it is used up. You can go on without it.'
    """
    return f"This call was not made: {_WHY.get(why, _WHY[''])}. You can go on without it."


_STUBS = frozenset(map(call_stub, _WHY))


def is_call_stub(text: str) -> bool:
    """Return whether ``text`` is, to the letter, what the guard gives for a call that was not made.

    >>> is_call_stub(call_stub("waits")), is_call_stub("This call was not made.")
    (True, False)
    """
    return text in _STUBS
