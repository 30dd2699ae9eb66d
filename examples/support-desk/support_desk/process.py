"""Runs the whole assistant as a child process: start, wait until it is ready, stop."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
READY_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 10.0


class StartError(Exception):
    """The assistant did not come up."""


class SupportDesk:
    """The assistant in a process of its own.

    >>> with SupportDesk() as desk:  # doctest: +SKIP
    ...     print(desk.url)
    http://127.0.0.1:40123
    """

    def __init__(self, *arguments: str, ready_timeout_s: float = READY_TIMEOUT_S) -> None:
        self._arguments: Sequence[str] = arguments
        self._ready_timeout_s = ready_timeout_s
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self.url = ""
        """Where it listens, once started, without a path."""

    @property
    def pid(self) -> int | None:
        """The child's process id; None when it does not run."""
        return None if self._process is None else self._process.pid

    def start(self) -> str:
        """Start it, wait until it is ready, and return its address.

        Raises:
            StartError: If it ends or stays silent; the message holds the end of what it wrote.
        """
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 closed by stop()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support_desk", *self._arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        try:
            self.url = self._ready_line()
        except BaseException:
            self.stop()
            raise
        return self.url

    def stop(self) -> None:
        """Stop it. Safe to call twice."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(timeout=STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()
        if self._errors is not None:
            self._errors.close()
            self._errors = None

    def __enter__(self) -> SupportDesk:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _ready_line(self) -> str:
        if self._process is None or self._process.stdout is None:
            raise StartError("the assistant was not started")
        stdout, deadline, seen = self._process.stdout.fileno(), time.monotonic() + self._ready_timeout_s, b""
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            while (left := deadline - time.monotonic()) > 0:
                if not selector.select(left):
                    continue
                block = os.read(stdout, 4096)
                if not block:
                    raise StartError(f"the assistant ended before it was ready: {self._last_words()}")
                seen += block
                *lines, seen = seen.split(b"\n")
                for line in lines:
                    if line.startswith(b'{"ready"'):
                        return str(json.loads(line)["url"])
        raise StartError(f"the assistant was not ready within {self._ready_timeout_s:g} s: {self._last_words()}")

    def _last_words(self) -> str:
        if self._errors is None:
            return ""
        self._errors.seek(0)
        return self._errors.read()[-500:].decode("utf-8", "replace").strip()
