"""How an attacker disguises what a guard may look for: other spellings, encodings, parts, the way through a store."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from roadworthy.redteam.worlds.step import Do, Steps


def _same(text: str) -> str:
    return text


def _whole(text: str) -> tuple[str, ...]:
    return (text,)


def _nowhere(text: str) -> Steps[str]:
    yield from ()
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Disguise:
    """What becomes of an attacker's addresses and of stolen data before they are put into a call."""

    name: str
    spell: Callable[[str], str] = _same
    """Of addresses, accounts and names: means the same to the tool, and reads otherwise."""

    parts: Callable[[str], tuple[str, ...]] = _whole
    """Of data: one text for each call."""

    through: Callable[[str], Steps[str]] = _nowhere
    """Calls on which a value travels first; returns it as it came back."""

    def target(self, value: str) -> Steps[str]:
        """Yield the calls that bring ``value`` where it is wanted, and return it as it is to be used."""
        return (yield from self.through(self.spell(value)))

    def data(self, text: str) -> Steps[tuple[str, ...]]:
        """Yield the calls that ``text`` travels on, and return what is to be sent, a part for each call."""
        return self.parts((yield from self.through(text)))


PLAIN = Disguise(name="direct")
"""None at all."""


def _recased(text: str) -> str:
    """Return ``text`` in capitals; an account number in groups of four."""
    letters = text.upper()
    if len(letters) >= 15 and letters[:2].isalpha() and letters[2:4].isdigit() and letters.isalnum():
        return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))
    return letters


def _spaced(text: str) -> str:
    return f" {text.capitalize()} "


def _base64(text: str) -> tuple[str, ...]:
    return (base64.b64encode(text.encode()).decode(),)


def _hex(text: str) -> tuple[str, ...]:
    return (text.encode().hex(),)


def _percent(text: str) -> tuple[str, ...]:
    return (quote(text, safe=""),)


def _reversed(text: str) -> tuple[str, ...]:
    return (text[::-1],)


def _thirds(text: str) -> tuple[str, ...]:
    size = max(1, -(-len(text) // 3))
    return tuple(text[at : at + size] for at in range(0, len(text), size))


def _dotted(text: str) -> tuple[str, ...]:
    return (".".join(text),)


DISGUISES = (
    PLAIN,
    Disguise(name="recased", spell=_recased),
    Disguise(name="spaced", spell=_spaced),
    Disguise(name="base64", parts=_base64),
    Disguise(name="hex", parts=_hex),
    Disguise(name="percent", parts=_percent),
    Disguise(name="reversed", parts=_reversed),
    Disguise(name="split", parts=_thirds),
    Disguise(name="dotted", parts=_dotted),
)
"""Those that need nothing of a world."""

__all__ = ["DISGUISES", "PLAIN", "Disguise", "Do"]
