"""Tells where a placeholder stands: within an address, a value that is put back would leave with whoever opens it."""

from __future__ import annotations

import re

LOOK_BACK = 16_384
"""Characters before a placeholder that are looked at. No server takes longer addresses."""

_AUTHORITY = r"[/\\]{2}|&(?:sol|bsol|colon|#0*(?:47|58|92)|#x0*(?:2f|3a|5c))\b|(?:https?|wss?|ftps?):|www\."
_ANYWHERE = re.compile(rf"(?i){_AUTHORITY}")
_AT_ONCE = re.compile(rf"(?i)\s*(?:[a-z][a-z0-9+.-]{{0,20}}:)?(?:{_AUTHORITY})")
_SPACES = " \n\t\r\f\v\u00a0\u3000"
_OPENERS = (('"', '"'), ("'", "'"), ("<", ">"))
"""What an address may stand in that has spaces in it."""


def is_in_address(before: str) -> bool:
    """Return whether what follows ``before`` belongs to an address with a host, which a program may open by itself.

    Args:
        before: The text in front, its last `LOOK_BACK` characters.

    >>> is_in_address("![x](https://evil.test/?q="), is_in_address("See https://shop.test or write to ")
    (True, False)
    """
    run = before[max(map(before.rfind, _SPACES)) + 1 :]
    if _ANYWHERE.search(run) is not None:
        return True
    for opens, closes in _OPENERS:
        at = before.rfind(opens)
        if at >= 0 and (opens == closes or closes not in before[at:]) and _AT_ONCE.match(before, at + 1):
            return True
    return False
