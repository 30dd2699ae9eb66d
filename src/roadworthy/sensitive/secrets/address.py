"""Passwords within addresses: ``scheme://user:password@host``, and connection strings of the same kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from roadworthy.sensitive.secrets.format import FoundSecret, Group
from roadworthy.sensitive.secrets.stand_in import stands_in

NAME = "password in an address"
MOST = 20 + 3 + 64 + 1 + 384 + 1 + 80
"""Characters that decide, from the scheme to the end of the host."""

TRIGGER = r"[a-z]://[^\s/:@\"'<>{}$]{0,64}:[^\s/@\"'<>{}$,]{4,384}@[\w.\[-]"
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{0,19}$")
_USER_AND_PASSWORD = re.compile(
    r"([^\s/:@\"'<>{}$]{0,64}):((?:[^\s/@\"'<>{}$%,()\[\]]|%[0-9A-Fa-f]{2}){4,128}+)@(?=[\w.\[-])"
)
_DIGIT = re.compile("[0-9]")
_LOOSE = re.compile(r"([^\s/:@]{1,64}):([^\s/@]{4,128}+)@")
_DEVELOPMENT_LIST = (
    "postgres repo root admin guest minio minioadmin rabbitmq redis mysql mongo neo4j elastic changeit development"
)
_DEVELOPMENT = frozenset(_DEVELOPMENT_LIST.split())
"""Passwords that containers start with, and that nobody guards."""

_MADE_UP_HOST = re.compile(
    r"(?:[\w-]{1,63}\.){0,8}(?:example(?:\.(?:com|org|net))?|invalid|test|domain\.com)(?:[:/?\s\"']|$)"
)
"""Hosts that nobody has (RFC 2606)."""


def passwords_in_addresses(text: str, *, loose: bool) -> Iterator[FoundSecret]:
    """Yield where passwords stand in addresses.

    Args:
        text: Any text.
        loose: Whether made-up hosts count too, and what a template would fill in.
    """
    at = text.find("://")
    while at >= 0:
        found = (_LOOSE if loose else _USER_AND_PASSWORD).match(text, at + 3)
        if found is not None and _SCHEME.search(text, max(0, at - 20), at) and (loose or _is_real(found, text)):
            start, end = found.span(2)
            yield FoundSecret(group=Group.ADDRESS, provider="address", name=NAME, start=start, end=end)
        at = text.find("://", at + 1)


def _is_real(found: re.Match[str], text: str) -> bool:
    user, value = found[1].casefold(), found[2].casefold()
    common = value in _DEVELOPMENT or value == user or ("%" in value and not _DIGIT.search(unquote(value)))
    return not common and not stands_in(found[2]) and _MADE_UP_HOST.match(text, found.end(), found.end() + 80) is None
