"""The book of idempotency keys of one process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from datetime import datetime

from roadworthy.core.digest import Digest, JsonValue
from roadworthy.guard.idempotency.kept import Came, Kept, result_text
from roadworthy.guard.idempotency.keys import KEPT_FOR, MAX_KEYS, Clash, Earlier, Place
from roadworthy.guard.idempotency.patient_clock import PatientClock

_KEPT_FOR_S = KEPT_FOR.total_seconds()


class InProcessKeys:
    """`IdempotencyKeys` of one process, for any number of threads.

    Args:
        max_keys: That are known at once.
    """

    def __init__(self, *, max_keys: int = MAX_KEYS) -> None:
        self._max_keys = max_keys
        self._lock = threading.Lock()
        self._kept: OrderedDict[Place, tuple[float, Kept]] = OrderedDict()
        self._clock = PatientClock()

    def begin(self, place: Place, action: Digest, *, ticket: str, at: datetime) -> Earlier | Clash | None:
        """As `IdempotencyKeys.begin`."""
        with self._lock:
            believed, latest = self._clock.read(at.timestamp())
            self._forget(believed)
            found = self._kept.get(place)
            if found is not None:
                return found[1].says(action)
            if len(self._kept) >= self._max_keys:
                return Clash.FULL
            self._kept[place] = (latest, Kept(action=action, ticket=ticket))
            return None

    def done(self, place: Place, result: JsonValue, *, ticket: str) -> None:
        """As `IdempotencyKeys.done`."""
        text = result_text(result)
        with self._lock:
            found = self._open(place, ticket)
            if found is not None:
                self._kept[place] = (found[0], replace(found[1], came=Came.DONE, result=text))

    def release(self, place: Place, *, ticket: str) -> None:
        """As `IdempotencyKeys.release`."""
        with self._lock:
            if self._open(place, ticket) is not None:
                del self._kept[place]

    def doubt(self, place: Place, *, ticket: str) -> None:
        """As `IdempotencyKeys.doubt`."""
        with self._lock:
            found = self._open(place, ticket)
            if found is not None:
                self._kept[place] = (found[0], replace(found[1], came=Came.DOUBTFUL))

    def _open(self, place: Place, ticket: str) -> tuple[float, Kept] | None:
        found = self._kept.get(place)
        is_open = found is not None and found[1].ticket == ticket and found[1].came is not Came.DONE
        return found if is_open else None

    def _forget(self, believed: float) -> None:
        if len(self._kept) >= self._max_keys:
            # One that was taken while the clock was ahead may stand before others that are late.
            self._kept = OrderedDict(one for one in self._kept.items() if believed - one[1][0] < _KEPT_FOR_S)
        while self._kept:
            place, (since, _) = next(iter(self._kept.items()))
            if believed - since < _KEPT_FOR_S:
                return
            del self._kept[place]
