"""What normalising asks of single characters, from the Unicode tables of the Python that runs; each is asked once."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

_MOST = 1 << 16
"""Characters whose answers are kept. A text of all of Unicode takes no more memory."""


class PerCharacter(dict[int, str]):
    """A table for `str.translate`, filled in as characters come.

    >>> "aé".translate(PerCharacter(lambda character: "." if character.isascii() else "x"))
    '.x'
    """

    def __init__(self, said_of: Callable[[str], str]) -> None:
        super().__init__()
        self._said_of = said_of

    def __missing__(self, code: int) -> str:
        said = self._said_of(chr(code))
        if len(self) < _MOST:
            self[code] = said
        return said


ORDINARY, MARK, JOINING, LONGER, CHANGING = ".", "m", "j", "X", "x"


def _use_of(character: str) -> str:
    if character in "\uff9e\uff9f" or unicodedata.category(character)[0] == "M":
        return MARK
    if "\u1161" <= character <= "\u1175" or "\u11a8" <= character <= "\u11c2" or unicodedata.combining(character):
        return JOINING
    plain = unicodedata.normalize("NFKC", character)
    if plain == character:
        return ORDINARY
    if USES[ord(unicodedata.normalize("NFKD", character)[0])] in (MARK, JOINING):
        return JOINING
    return CHANGING if len(plain) == 1 else LONGER


USES = PerCharacter(_use_of)
"""`MARK`: stands on the character before it. `JOINING`: may else become one character with that one, such as the vowels
of Hangul. `CHANGING`, `LONGER`: compatibility normalisation makes another, or several, of it. Else `ORDINARY`."""


def _compatible(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


COMPATIBLE = PerCharacter(_compatible)
"""The compatibility form, where that is one character."""
