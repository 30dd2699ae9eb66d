"""Forms that must be in a text before it is worth a closer look, as RE2 patterns and as quick checks."""

from __future__ import annotations

import re
from enum import IntEnum


class Gate(IntEnum):
    """A form in caseless text."""

    SPELLED_EMAIL = 0
    IPV4 = 1
    IPV6 = 2
    MAC = 3
    URL = 4
    HOST = 5
    LINES = 6
    """Of a travel document, which machines read."""

    BIC = 7
    COORDINATES = 8


# Without long counted repetition: it makes the automaton many times larger.
PATTERNS: dict[Gate, str] = {
    Gate.SPELLED_EMAIL: r"[\[({<]\s?(?:at|arroba|ät|a|@|chez|małpa)\s?[\])}>]|\s(?:dot|punkt|punto|ponto|kropka)\s",
    Gate.IPV4: r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]",
    Gate.IPV6: r"[0-9a-f]::|::[0-9a-f]|[0-9a-f]:[0-9a-f]{1,4}:[0-9a-f]{1,4}:[0-9a-f]",
    Gate.MAC: r"[0-9a-f]{2}[:-][0-9a-f]{2}[:-][0-9a-f]{2}[:-]|[0-9a-f]{4}\.[0-9a-f]{4}\.",
    Gate.URL: r"[a-z0-9]://|www\.",
    Gate.HOST: r"[a-z0-9]\.[a-z]{2}",
    Gate.LINES: r"<<",
    Gate.BIC: r"\b(?:bic|swift)",
    Gate.COORDINATES: r"[0-9]\.[0-9][0-9][0-9]|[0-9]['′]",
}

# Each begins with a sign or a class of them, for which `re` searches many times faster.
_BRACKETED = re.compile(r"[\[({<]\s?(?:at|arroba|ät|a|@|chez|małpa)\s?[\])}>]")
_SPELLED_DOT = re.compile(" (?:dot|p[uo]n(?:kt|to)|kropka) ")
_HOST, _ASCII_HOST, _SCHEME, _WWW = re.compile(r"\.[^\W\d_]{2}"), re.compile(r"\.[a-z]{2}"), "://", "www."
_IPV4, _IPV6 = re.compile(r"\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]"), re.compile(r":[0-9a-f]{0,4}:")
_MAC = re.compile(r"[:-][0-9a-f]{2}[:-][0-9a-f]{2}[:-][0-9a-f]{2}[:-]")
_DOTTED_MAC = re.compile(r"\.[0-9a-f]{4}\.[0-9a-f]{4}")
_SHORTEST_WALLET = 26
_NAMED_WALLET = re.compile(r"1(?<=[bcrosC]1)[02-9A-Za-z]{8}")
_DECIMAL = re.compile(r"\.(?<=[0-9]\.)[0-9]{3}")


def may_hold_spelled_email(folded: str) -> bool:
    """Return whether a look for ``name [at] host dot com`` in caseless text is worth its time."""
    is_bracketed = "(" in folded or "[" in folded or "{" in folded or "<" in folded
    return (is_bracketed and _BRACKETED.search(folded) is not None) or _SPELLED_DOT.search(folded) is not None


def may_hold_host(folded: str) -> bool:
    """Return whether caseless text may hold the name of a host, which each URL has."""
    pattern = _ASCII_HOST if folded.isascii() else _HOST
    return pattern.search(folded) is not None or _SCHEME in folded


def may_hold_url(folded: str) -> bool:
    """Return whether caseless text may hold a URL with its scheme or ``www``."""
    return _SCHEME in folded or _WWW in folded


def may_hold_ip(folded: str, *, dots: int, colons: int) -> bool:
    """Return whether caseless text with so many dots and colons may hold an IP address."""
    if dots >= 3 and _IPV4.search(folded) is not None:
        return True
    # Of version 6 some of the eight parts are left out, or there is a colon between all, or all but the last two.
    return colons >= 2 and (colons >= 6 or "::" in folded) and _IPV6.search(folded) is not None


def may_hold_mac(folded: str, *, dots: int, colons: int) -> bool:
    """Return whether caseless text with so many dots and colons may hold a hardware address."""
    is_joined = colons >= 5 or folded.count("-") >= 5
    return (is_joined and _MAC.search(folded) is not None) or (dots >= 2 and _DOTTED_MAC.search(folded) is not None)


def may_hold_wallet(text: str) -> bool:
    """Return whether ``text`` may hold the address of a crypto-currency: the shorter ones begin with a name and 1."""
    return max(map(len, text.split())) >= _SHORTEST_WALLET or _NAMED_WALLET.search(text) is not None


def may_hold_coordinates(text: str, *, dots: int) -> bool:
    """Return whether ``text`` with so many dots may hold a latitude and a longitude."""
    return (dots > 1 and _DECIMAL.search(text) is not None) or "°" in text
