"""A run's answer that comes bit by bit: what may leave of it leaves at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from roadworthy.core.errors import ConflictError
from roadworthy.guard.segment import Segment
from roadworthy.guard.session.asking import checked_text
from roadworthy.guard.session.errors import BlockedError
from roadworthy.guard.stream.guard import StreamGuard
from roadworthy.guard.stream.model import Closed, Opened, Piece, Release, Released, Text
from roadworthy.guard.verdict import Decision

_KEY = "text"


class RunStream:
    """Judges one answer while it comes. Made by `Run.stream`.

    Args:
        guard: Of the stream.
        segment: What is known of the answer; its text is empty.
        ended: Is told the decision, once, and raises where the answer is stopped.
    """

    def __init__(self, guard: StreamGuard, segment: Segment, *, ended: Callable[[Decision], None]) -> None:
        self._guard = guard
        self._ended = ended
        self._is_over = False
        guard.push(Opened(key=_KEY, segment=segment))

    def __repr__(self) -> str:
        return f"RunStream({self._guard!r})"

    def push(self, text: str) -> str:
        """Take in more of the answer and return what may leave now.

        Raises:
            BlockedError: If nothing more of it may leave. What it says is to be shown instead of the rest.
            ConflictError: If the stream is over.
        """
        checked_text(text, what="the answer")
        return self._fed(Text(key=_KEY, text=text))

    def finish(self) -> str:
        """Say that the answer is whole, and return the rest of it.

        Raises:
            BlockedError: If nothing more of it may leave.
            ConflictError: If the stream is over.
        """
        left = self._fed(Closed(key=_KEY))
        left += _text(self._guard.finish())
        self._end()
        return left

    def cancel(self) -> None:
        """Say that nobody is listening any more. May be said any number of times."""
        if not self._is_over:
            self._guard.cancel()
            self._is_over = True
            with suppress(BlockedError):
                self._ended(self._guard.decision)

    def _fed(self, piece: Piece) -> str:
        if self._is_over:
            raise ConflictError("the stream is over", fix="begin another with `Run.stream`")
        left = _text(self._guard.push(piece))
        if self._guard.stopped:
            self._end()
        return left

    def _end(self) -> None:
        self._is_over = True
        self._ended(self._guard.decision)


def _text(releases: tuple[Release, ...]) -> str:
    return "".join(one.text for one in releases if isinstance(one, Released))
