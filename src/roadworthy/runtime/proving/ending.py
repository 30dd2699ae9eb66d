"""An end from outside that still tidies up: a signal becomes an exception, so that what is open is closed."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def tidy_end() -> Iterator[None]:
    """While the context lasts, the first SIGTERM or SIGHUP raises `SystemExit`; those after it are not heeded.

    Without it these signals end the process on the spot, and a copy of the system stays behind. One that
    was to be ignored, as under ``nohup``, stays ignored. Outside the main thread nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _ENDING}

    def end(number: int, _frame: FrameType | None) -> None:
        for one in _ENDING:
            signal.signal(one, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for number, handler in before.items():
        if handler is signal.SIG_DFL:
            signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            # None: it was set by something that is not Python, and cannot be set again.
            if handler is not None:
                signal.signal(number, handler)
