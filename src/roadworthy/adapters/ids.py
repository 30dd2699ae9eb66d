"""Makes identifiers: ULIDs, which sort by the time of their making."""

from __future__ import annotations

import secrets
import threading

from roadworthy.core.clock import Clock

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_BITS = 80


class UlidSource:
    """Makes ULIDs; within one millisecond each is greater than the last.

    Source:
        The ULID specification, https://github.com/ulid/spec (monotonic factory).
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._last_ms = -1
        self._last_random = 0

    def new(self, noun: str) -> str:
        """Return a fresh identifier ``<noun>_<ULID>``."""
        with self._lock:
            ms = max(int(self._clock.now().timestamp() * 1000), self._last_ms)
            if ms == self._last_ms:
                self._last_random += 1
            else:
                # The top bit stays free so that counting up within a millisecond cannot overflow.
                self._last_ms, self._last_random = ms, secrets.randbits(_RANDOM_BITS - 1)
            value = (ms << _RANDOM_BITS) | self._last_random
        digits = [_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5)]
        return f"{noun}_{''.join(digits)}"
