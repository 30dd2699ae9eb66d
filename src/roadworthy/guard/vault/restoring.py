"""Gives values back in a stream, wherever its parts are cut."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from roadworthy.guard.event import Principal
from roadworthy.guard.vault.context import LOOK_BACK
from roadworthy.guard.vault.model import Kept, NotRestored
from roadworthy.guard.vault.placeholder import LONGEST, next_seen, under_way
from roadworthy.guard.vault.vault import Vault

MOST_HELD = LONGEST + 18
"""Characters that are held at most, and the word in front of them."""


class RestoreStream:
    """Turns the placeholders of one field of one stream back. The parts together are what `Vault.restore` gives.

    Held is only what may still become a placeholder: mostly the last word, at most `MOST_HELD` characters.

    Args:
        vault: Of the conversation.
        recipient: Who reads the stream.
        at: When the answer began; what expires later is still given back in it.
        encode: As of `Vault.restore`.
    """

    def __init__(self, vault: Vault, *, recipient: Principal, at: datetime, encode: Callable[[str], str] = str) -> None:
        self._vault = vault
        self._recipient = recipient
        self._at = vault.not_before(at)
        self._encode = encode
        self._held = ""
        self._before = ""
        self._passed = 0
        self._kept: list[Kept] = []
        self.restored = 0

    def __repr__(self) -> str:
        return f"RestoreStream(held={len(self._held)})"

    @property
    def kept(self) -> tuple[Kept, ...]:
        """The placeholders so far that were not turned back, in order."""
        return tuple(self._kept)

    def push(self, text: str) -> str:
        """Take in more of the field, and return what may leave."""
        return self._advance(self._held + text, final=False)

    def finish(self) -> str:
        """Say that nothing more comes, and return what was held."""
        return self._advance(self._held, final=True)

    def _advance(self, text: str, *, final: bool) -> str:
        done = 0
        parts: list[str] = []
        word, mark = (len(text), len(text)) if final else under_way(text, 0)
        while (seen := next_seen(text, done)) is not None and (seen.mark < mark or final):
            back = self._vault.turn_back(
                seen, text, recipient=self._recipient, at=self._at, encode=self._encode, before=self._before
            )
            parts.append(text[done : seen.start])
            if isinstance(back, NotRestored):
                parts.append(text[seen.start : seen.end])
                place = self._passed
                self._kept.append(Kept(why=back, start=place + seen.start, end=place + seen.end))
            else:
                parts.append(back)
                self.restored += 1
            done = seen.end
            if not final:
                word, mark = under_way(text, done)
        parts.append(text[done:word])
        self._held = text[word:]
        self._before = (self._before + text[:word])[-LOOK_BACK:]
        self._passed += word
        return "".join(parts)
