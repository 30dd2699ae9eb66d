"""Splits names of tools and arguments into words, however they are written, and brings words to one form."""

from __future__ import annotations

import re
import unicodedata

_PART = re.compile(r"[A-Z]{2,}s(?![a-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SPOKEN = re.compile(r"[^\W\d_]+")


def parts(name: str) -> tuple[str, ...]:
    """Return the words of a name: camelCase, snake_case, kebab-case, dotted or all of them.

    >>> parts("GmailSendEmail"), parts("get_user-IDs"), parts("löscheDatei")
    (('gmail', 'send', 'email'), ('get', 'user', 'ids'), ('losche', 'datei'))
    """
    return tuple(part.lower() for part in _PART.findall(plain(name)))


def spoken(text: str) -> tuple[str, ...]:
    """Return the words of a sentence, in lower case and without accents."""
    return tuple(_SPOKEN.findall(plain(text).lower()))


def plain(text: str) -> str:
    """Return ``text`` without accents."""
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


def forms(word: str) -> tuple[str, ...]:
    """Return what an English word can be a form of, itself first.

    >>> forms("deletes"), forms("notifies"), forms("shared")
    (('deletes', 'delete', 'delet'), ('notifies', 'notify', 'notifie', 'notifi'), ('shared', 'shar', 'share'))
    """
    found = [word]
    if word.endswith("ies"):
        found += [word[:-3] + "y"]
    if word.endswith("s") and not word.endswith("ss"):
        found += [word[:-1]]
    if word.endswith("es"):
        found += [word[:-2]]
    if word.endswith("ed"):
        found += [word[:-2], word[:-1]]
    return tuple(dict.fromkeys(found))


def vocabulary(said: str) -> frozenset[str]:
    """Return the words of a list that is written as text, for lists too long to quote each.

    >>> sorted(vocabulary("mail inbox"))
    ['inbox', 'mail']
    """
    return frozenset(said.split())
