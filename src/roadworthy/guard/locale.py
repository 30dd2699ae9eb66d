"""Which locales serve a reader, best first."""

from __future__ import annotations

import re

_LOCALE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_REGION = re.compile(r"[A-Za-z]{2}|[0-9]{3}")


def candidates(locale: str) -> tuple[str, ...]:
    """Return the locales that serve ``locale``, best first, in lower case.

    A locale loses its last part until it is empty; then comes English as it is for the region, English, and ``*``.
    What is no locale is taken as not stated.

    Source:
        RFC 4647, section 3.4 (lookup).

    >>> candidates("de-AT")
    ('de-at', 'de', 'en-at', 'en', '*')
    >>> candidates("no locale!")
    ('en', '*')
    """
    seen: list[str] = []
    if _LOCALE.fullmatch(locale):
        parts = locale.lower().replace("_", "-").split("-")
        seen += ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
        seen += [f"en-{part}" for part in parts[1:] if _REGION.fullmatch(part)]
    return tuple(dict.fromkeys([*seen, "en", "*"]))
