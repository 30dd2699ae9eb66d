"""One field of a stream on its way through: what came, what may leave, and which event takes which part of it."""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Run:
    """Characters of the field as they came, and what stands for them."""

    start: int
    end: int
    text: str = field(repr=False)
    same: bool
    """Whether the text is what came, so that it can be cut anywhere."""


class RelayedField:
    """Keeps what was released of a field and not yet written into an event.

    Text that was not changed goes into the events that it came in, character by character; what stands in place of
    other text goes whole into the event in which that text began.

    >>> relayed = RelayedField()
    >>> relayed.came("Call 030 "), relayed.came("1234 now")
    ((0, 9), (9, 17))
    >>> relayed.released("Call [PHONE] now", consumed=17, closes=True)
    >>> relayed.taken(9), relayed.taken(17)
    ('Call [PHONE]', ' now')
    """

    def __init__(self) -> None:
        self.length = 0
        """Characters that came."""

        self.covered = 0
        """Characters that something was released for."""

        self.is_closed = False
        """Whether nothing more will be released."""

        self.is_changed = False
        """Whether anything that was released is not what came."""

        self._digest = hashlib.blake2b(digest_size=16)
        self._waiting: list[str] = []
        self._runs: deque[_Run] = deque()
        self._left: list[str] = []

    def came(self, text: str) -> tuple[int, int]:
        """Take in more of the field, and return its places."""
        start = self.length
        self.length += len(text)
        self._digest.update(text.encode())
        self._waiting.append(text)
        return start, self.length

    def released(self, text: str, *, consumed: int, closes: bool) -> None:
        """Take in what may leave.

        Raises:
            ValueError: If it stands for characters that have not come, or follows the end of the field.
        """
        if consumed < 0 or self.covered + consumed > self.length:
            raise ValueError("what is released stands for characters that have not come")
        if self.is_closed and (text or consumed):
            raise ValueError("something is released of a field that was closed")
        came = self._next(consumed)
        self._left.append(text)
        self._run(came, text)
        self.covered += consumed
        self.is_closed = self.is_closed or closes

    def is_all(self, text: str) -> bool:
        """Return whether ``text`` is all that came."""
        same_length = len(text) == self.length
        return same_length and hashlib.blake2b(text.encode(), digest_size=16).digest() == self._digest.digest()

    @property
    def text(self) -> str:
        """All that was released."""
        if len(self._left) > 1:
            self._left = ["".join(self._left)]
        return self._left[0] if self._left else ""

    def taken(self, end: int) -> str:
        """Return what stands for the characters before ``end`` that nobody has taken yet."""
        out = []
        while self._runs and self._runs[0].start < end:
            run = self._runs[0]
            if run.end <= end:
                out.append(self._runs.popleft().text)
            elif run.same:
                cut = end - run.start
                out.append(run.text[:cut])
                run.text, run.start = run.text[cut:], end
                break
            else:
                out.append(run.text)
                run.text, run.start = "", end
                break
        while self._runs and self._runs[0].end <= end:
            out.append(self._runs.popleft().text)
        return "".join(out)

    def rest(self) -> str:
        """Return all that was released and nobody has taken yet."""
        return self.taken(self.covered)

    def _next(self, count: int) -> str:
        if not count:
            return ""
        waiting = "".join(self._waiting)
        self._waiting = [waiting[count:]]
        return waiting[:count]

    def _run(self, came: str, text: str) -> None:
        start = self.covered
        if came == text:
            if came:
                self._runs.append(_Run(start, start + len(came), text, same=True))
            return
        self.is_changed = True
        head = _shared(came, text)
        tail = min(_shared(came[head:][::-1], text[head:][::-1]), len(came) - head, len(text) - head)
        middle, end = start + head, start + len(came)
        if head:
            self._runs.append(_Run(start, middle, text[:head], same=True))
        self._runs.append(_Run(middle, end - tail, text[head : len(text) - tail], same=False))
        if tail:
            self._runs.append(_Run(end - tail, end, text[len(text) - tail :], same=True))


def _shared(one: str, other: str) -> int:
    """Return how many characters the two begin with in common."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
