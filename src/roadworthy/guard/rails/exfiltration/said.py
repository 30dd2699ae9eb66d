"""Where an address was said before: whole, character by character, in what the run has read."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from roadworthy.guard.flow.common_words import COMMON
from roadworthy.guard.flow.ledger import Ledger
from roadworthy.guard.rails.exfiltration.address import Address
from roadworthy.guard.rails.exfiltration.look_alike import registered_name
from roadworthy.guard.segment import SourceKind

MAX_LOOKS = 64
"""Different addresses of one text that are looked for; a further one counts as composed."""

_MIN_NAME = 4
_MAX_WORDS = 4
_WORD = re.compile(r"[^\W_]+")
_GOES_ON = re.compile(r"[.,;:!?'*_~)\]]*[^\s<>\"`{}|^.,;:!?'*_~)\]]")
_BEGINS = re.compile(r"[\s<>\"'`([{|*:,«“„‘]")
_LINK = frozenset(
    ("link", "links", "hyperlink", "url", "urls", "website", "webpage", "homepage", "site", "webseite", "webadresse",
     "internetadresse", "lien", "liens", "enlace", "enlaces", "vinculo", "sitio", "sito", "collegamento", "ligacao",
     "lenke", "lank", "odkaz")
)  # fmt: skip
"""What people call an address that they want to be given, without accents."""


class Said(StrEnum):
    """Who said an address."""

    COMPOSED = "composed"
    """Nobody, whole: the model put it together, and may have put anything into it."""

    UNTRUSTED = "read where others can write"
    """Nothing was put into it, but it may lead anywhere."""

    ASKED = "asked for"
    """As `UNTRUSTED`, and the user asked for a link and named the site, and no other that is called so was read."""

    TRUSTED = "trusted"
    """The user, the team, or what the policy vouches for."""


class SaidBefore:
    """Tells where addresses of one text were said.

    Args:
        ledger: What the run has read. Nothing: each address is composed.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[str, Said] = {}
        self._users: list[str] | None = None
        self._linking: list[tuple[str, bool]] | None = None

    def said(self, raw: str, address: Address) -> Said:
        """Return who said ``raw``, which goes to ``address``."""
        found = self._known.get(raw)
        if found is None:
            if len(self._known) >= MAX_LOOKS:
                return Said.COMPOSED
            found = self._known[raw] = self._look(raw, address)
        return found

    def _look(self, raw: str, address: Address) -> Said:
        best = Said.COMPOSED
        for text, is_trusted in self._texts_with_links():
            if len(raw) <= len(text) and _has_whole(text, raw):
                if is_trusted:
                    return Said.TRUSTED
                best = Said.UNTRUSTED
        return Said.ASKED if best is Said.UNTRUSTED and self._is_asked(address) else best

    def _is_asked(self, address: Address) -> bool:
        name = registered_name(address.host)
        if len(name) < _MIN_NAME or address.is_ip or not name.isascii():
            return False
        said = self._words_of_the_user()
        wants = any(word in _LINK for word in said)
        return wants and _names(said, name.replace("-", "")) and not self._is_ambiguous(name, address.host)

    def _words_of_the_user(self) -> list[str]:
        if self._users is None:
            texts = (
                leaf.text for entry in self._ledger.entries if entry.kind is SourceKind.USER for leaf in entry.leaves
            )
            self._users = [word for text in texts for word in _WORD.findall(_plain(text))]
        return self._users

    def _is_ambiguous(self, name: str, host: str) -> bool:
        """Return whether a host of the same name and another ending was read: either may be the false one."""
        pattern = re.compile(rf"(?<![\w-]){re.escape(name)}((?:\.[a-z0-9-]+)+)", re.IGNORECASE)
        ending = host[host.rfind(name) + len(name) :]
        return any(
            match[1].lower().rstrip(".") != ending
            for text, _ in self._texts_with_links()
            for match in pattern.finditer(text)
        )

    def _texts_with_links(self) -> list[tuple[str, bool]]:
        """Return the texts that were read and hold an address, and whether each is trusted."""
        if self._linking is None:
            leaves = (leaf for entry in self._ledger.entries for leaf in entry.leaves)
            self._linking = [
                (leaf.text, leaf.label.origin.trusted) for leaf in leaves if "://" in leaf.text or "www." in leaf.text
            ]
        return self._linking


def _has_whole(text: str, raw: str) -> bool:
    """Return whether ``raw`` stands in ``text`` and is there no piece of a longer address."""
    at = text.find(raw)
    while at >= 0:
        if (at == 0 or _BEGINS.match(text, at - 1)) and _GOES_ON.match(text, at + len(raw)) is None:
            return True
        at = text.find(raw, at + 1)
    return False


def _names(words: list[str], name: str) -> bool:
    """Return whether one to four of ``words`` in a row, not all of them everyday ones, make ``name``."""
    for first in range(len(words)):
        joined = ""
        for last in range(first, min(first + _MAX_WORDS, len(words))):
            joined += words[last]
            if joined == name and not all(word in COMMON for word in words[first : last + 1]):
                return True
            if not name.startswith(joined):
                break
    return False


def _plain(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(one))
