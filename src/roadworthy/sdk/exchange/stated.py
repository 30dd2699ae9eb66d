"""What a server says that an answer used, read off a stream while it passes."""

from __future__ import annotations

import json

from roadworthy.guard.budget.model import Unit
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.event import Usage
from roadworthy.guard.protocols.openai_values import usage_of

_MAX_LINE_BYTES = 1_000_000
"""Of an event that states usage; a longer one is passed over."""


class StatedUsage:
    r"""Reads the usage that the events of a stream state.

    >>> stated = StatedUsage()
    >>> stated.feed(b'data: {"usage": {"prompt_tokens": 3, "completion')
    >>> stated.feed(b'_tokens": 2}}\n')
    >>> stated.input_tokens, stated.output_tokens
    (3, 2)
    """

    def __init__(self) -> None:
        self.input_tokens = 0
        self.output_tokens = 0
        self.is_total = False
        """Whether the tokens of the answer were stated for all that came before."""

        self._line = bytearray()

    def feed(self, data: bytes) -> None:
        """Take in bytes as they came, cut anywhere."""
        *lines, rest = data.replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            self._line += line
            self._read(bytes(self._line))
            self._line.clear()
        if len(self._line) + len(rest) <= _MAX_LINE_BYTES:
            self._line += rest

    def _read(self, line: bytes) -> None:
        if not line.startswith(b"data:") or b'"usage"' not in line:
            return
        try:
            event = json.loads(line[5:])
        except (ValueError, RecursionError):
            return
        if not isinstance(event, dict):
            return
        for name in ("", "message", "response"):
            found = usage_of(event.get(name) if name else event)
            self.is_total = self.is_total or (found.output_tokens > 0 and name != "message")
            self.input_tokens = max(self.input_tokens, found.input_tokens)
            self.output_tokens = max(self.output_tokens, found.output_tokens)


def tokens(bundle: Bundle, *, given: int, taken: int) -> Usage:
    """Return the usage of an answer by its tokens. What it cost is not known.

    Budgets of money keep what they assume.

    Args:
        bundle: The policy, with its budgets.
        given: Tokens of the request.
        taken: Tokens of the answer.
    """
    money = max((one.assumed for one in bundle.policy.budgets if one.unit is Unit.MONEY), default=0)
    return Usage(input_tokens=given, output_tokens=taken, money=money)
