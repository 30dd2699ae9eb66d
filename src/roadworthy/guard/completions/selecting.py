"""Picks the safe completion for a category and a locale, and makes the user's message from it. No file, no content."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from roadworthy.guard.locale import candidates
from roadworthy.guard.policy.model import Completion

UNKNOWN = "unknown"
"""Category that serves where a category has no completion of its own."""

_STUB = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}")
_LAST_RESORT = Completion(
    category=UNKNOWN,
    locale="*",
    text="This cannot be shown or done here. You can put it differently, or ask the people who run this service.\n"
    "Reference: {stub}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a user is told, and what it was made from."""

    text: str
    completion_id: str
    """``<category>/<locale>`` of the completion."""


def select(completions: Sequence[Completion], *, category: str, locale: str) -> Completion:
    """Return the completion that serves ``category`` in ``locale``, or else the one for `UNKNOWN`.

    Args:
        completions: Earlier ones win where category and locale are the same: put the policy's own first.
        category: `Completion.category`.
        locale: BCP 47 of the reader; empty or no locale: English.

    >>> ours = (Completion(category="medical", locale="de", text="Bitte fragen Sie eine Ärztin."),)
    >>> select(ours, category="medical", locale="de-AT").locale
    'de'
    """
    for wanted in dict.fromkeys((category, UNKNOWN)):
        by_locale: dict[str, Completion] = {}
        for one in completions:
            if one.category == wanted:
                by_locale.setdefault(one.locale.replace("_", "-").lower(), one)
        for place in candidates(locale):
            if place in by_locale:
                return by_locale[place]
    return _LAST_RESORT


def message_for(completions: Sequence[Completion], *, category: str, locale: str, stub: str) -> Message:
    r"""Return what the user is told.

    Nothing but the completion and the stub's id goes into it. Braces other than ``{stub}`` stay as they are. A line
    that names ``{stub}`` comes last; it is left out where there is no stub, or where it is not an id.

    Args:
        completions: Those that may serve.
        category: `Completion.category`.
        locale: BCP 47 of the reader.
        stub: Id to give to a person who asks; empty for none.

    >>> ours = (Completion(category="limit", locale="en", text="Try again later.\nReference: {stub}"),)
    >>> message_for(ours, category="limit", locale="en-GB", stub="stub-7")
    Message(text='Try again later.\nReference: stub-7', completion_id='limit/en')
    >>> message_for(ours, category="limit", locale="en-GB", stub="").text
    'Try again later.'
    """
    chosen = select(completions, category=category, locale=locale)
    lines = [*chosen.text.split("\n"), *chosen.resources, *((chosen.hand_off,) if chosen.hand_off else ())]
    said = [line for line in lines if "{stub}" not in line]
    if _STUB.fullmatch(stub):
        said += [line.replace("{stub}", stub) for line in lines if "{stub}" in line]
    return Message(text="\n".join(said), completion_id=f"{chosen.category}/{chosen.locale}")
