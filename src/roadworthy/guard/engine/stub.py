"""Stubs: what stands in a conversation for content that was blocked, so that the conversation can go on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from roadworthy.guard.event import ConversationState, Event, Stub
from roadworthy.guard.segment import Role, Segment, Stage

MAX_STUBS = 256
"""Blocked texts that a conversation knows again; the oldest goes first."""

KNOWN_AGAIN = "guard/known-again"
"""Rule of the engine's own verdict on a text of the history that was blocked before."""

_DIGEST_BYTES = 32
_ID_CHARS = 12
_SPEAKERS = frozenset((Role.USER, Role.ASSISTANT, Role.TOOL))
_IN_PROMPTS = frozenset((Stage.INPUT, Stage.RETRIEVAL, Stage.TOOL_RESULT))


def stub_id(event: Event, segment: Segment) -> str:
    """Return the id of the stub for a segment, the same whenever the same event is judged.

    It is made from where the segment stands, not from what it says.
    """
    place = f"{event.id}\x00{segment.path}\x00{segment.index}\x00{segment.choice}"
    hashed = hashlib.sha256(place.encode("utf-8", "surrogatepass"))
    return f"stub-{hashed.hexdigest()[:_ID_CHARS]}"


def stub_text(name: str) -> str:
    """Return what is put in place of blocked content.

    >>> stub_text("stub-0123456789ab")
    '[content removed by policy: stub-0123456789ab]'
    """
    return f"[content removed by policy: {name}]"


def keyed_digest(text: str, *, key: bytes) -> str:
    """Return the digest under which ``text`` is known again, and from which nobody without the key can guess it.

    Source:
        RFC 7693, BLAKE2 with a key (section 2.5).
    """
    content = text.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES, key=key[:64], person=b"rw-guard-stub").hexdigest()


class KnownTexts:
    """The blocked texts of a conversation, known again where they stand in the history of ``event``.

    What a user just sent is judged anew, whatever it says.

    Args:
        event: Whose segments are looked at.
        state: Holds the stubs.
        key: That their digests were made with; None: nothing is known again.
    """

    __slots__ = ("_key", "_newest", "_stubs")

    def __init__(self, event: Event, *, state: ConversationState, key: bytes | None) -> None:
        self._key = key
        self._stubs = {stub.digest: stub for stub in state.stubs} if key is not None else {}
        self._newest = newest_message(event) if self._stubs else ()

    def stub_of(self, segment: Segment) -> Stub | None:
        """Return the stub that stands for ``segment``; None: it is new."""
        if not self._stubs or self._key is None or segment.stage not in _IN_PROMPTS:
            return None
        if "history" not in segment.labels and message_of(segment) == self._newest:
            return None
        return self._stubs.get(keyed_digest(segment.text, key=self._key))


def newest_message(event: Event) -> tuple[str, ...]:
    """Return what names the message that the last word of the conversation is in."""
    spoken = [one for one in event.segments if one.stage in _IN_PROMPTS and one.role in _SPEAKERS]
    return message_of(spoken[-1]) if spoken else ()


def message_of(segment: Segment) -> tuple[str, ...]:
    """Return what names the message that ``segment`` is of: the first two steps of its path."""
    return tuple(segment.path.split("/")[1:3])


def with_stubs(state: ConversationState, stubs: Iterable[Stub]) -> tuple[Stub, ...]:
    """Return the stubs of ``state`` and the new ones of ``stubs``, each text once, the newest `MAX_STUBS`."""
    found = {stub.digest: stub for stub in state.stubs}
    for stub in stubs:
        found.setdefault(stub.digest, stub)
    return tuple(found.values())[-MAX_STUBS:]
