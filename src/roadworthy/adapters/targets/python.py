"""Targets that are a Python callable of the team's own code."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import cast

from roadworthy.adapters.targets.reply import reply_from_fields
from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.errors import ConfigError, ManifestError
from roadworthy.evals.model import NoReply, Response
from roadworthy.evals.ports import Request
from roadworthy.inventory.model import TargetSpec


def build_python(spec: TargetSpec, *, root: Path) -> PythonTarget:
    """Make a target from a manifest's entry of kind ``python``.

    The module is imported with ``root`` on the import path, which runs the team's
    code in this process.

    Raises:
        ManifestError: If ``callable`` is missing or malformed.
        ConfigError: If it does not import or is not callable.
    """
    module_name, _, attribute = (spec.callable or "").partition(":")
    if not module_name or not attribute:
        raise ManifestError(
            f"target {spec.key!r} of kind `python` has the callable {spec.callable!r}",
            where=f"targets.{spec.key}.callable",
            fix="write it like package.module:function",
        )
    home = str(root.resolve())
    if home not in sys.path:
        sys.path.insert(0, home)
    try:
        found: object = importlib.import_module(module_name)
        for name in attribute.split("."):
            found = getattr(found, name)
    except Exception as fault:  # importing runs the team's code, which may raise anything; it is told as a wrong call
        raise ConfigError(
            f"{spec.callable!r} does not import: {type(fault).__name__}",
            where=f"targets.{spec.key}.callable",
            fix=f"make `python -c 'import {module_name}'` work in the manifest's folder",
        ) from fault
    if not callable(found):
        raise ConfigError(
            f"{spec.callable!r} is not callable", where=f"targets.{spec.key}.callable", fix="name a function"
        )
    return PythonTarget(spec, function=found)


class PythonTarget:
    """Calls ``function(request)`` with a dictionary, and takes a text or the fields of a `Reply` back.

    The dictionary has ``prompt`` (the last user turn or None), ``messages``,
    ``raw`` (the body of a raw request or None), ``seed`` and ``parameters``. An
    ``async`` function is awaited; any other runs in a thread, which goes on in the
    background when it outlives ``timeout_s``.
    """

    def __init__(self, spec: TargetSpec, *, function: Callable[..., object]) -> None:
        self._spec = spec
        self._function = function
        self._is_async = inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
            getattr(function, "__call__", None)  # noqa: B004 - the method itself is inspected, not whether it is there
        )
        self._digest = digest_of({"kind": "python", "callable": spec.callable, "parameters": spec.parameters})

    @property
    def name(self) -> str:
        """The target's key."""
        return self._spec.key

    @property
    def digest(self) -> Digest:
        """Over kind, callable and parameters; the code itself is a component of the release."""
        return self._digest

    async def ask(self, request: Request) -> Response:
        """Call the function once."""
        argument = self._argument(request)
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._spec.timeout_s):
                if self._is_async:
                    given = await cast("Awaitable[object]", self._function(argument))
                else:
                    given = await _in_thread(self._function, argument)
        except TimeoutError:
            return NoReply(reason=f"timeout after {self._spec.timeout_s:g} s", retryable=True)
        except (Exception, SystemExit) as fault:  # noqa: BLE001 - the team's code may raise anything; unassessed
            return NoReply(reason=f"the callable raised {type(fault).__name__}")
        latency_s = time.perf_counter() - started
        if isinstance(given, str):
            return reply_from_fields({"text": given}, latency_s=latency_s)
        if isinstance(given, Mapping):
            return reply_from_fields(given, latency_s=latency_s)
        return NoReply(reason=f"the callable returned {type(given).__name__}, not a text or a mapping")

    async def close(self) -> None:
        """Nothing is held."""

    def _argument(self, request: Request) -> dict[str, object]:
        turns = [turn.content for turn in request.messages if turn.role == "user"]
        return {
            "prompt": turns[-1] if turns else None,
            "messages": [{"role": turn.role, "content": turn.content} for turn in request.messages],
            "raw": request.raw,
            "seed": request.seed,
            "parameters": {**self._spec.parameters, **request.parameters},
        }


async def _in_thread(function: Callable[..., object], argument: dict[str, object]) -> object:
    """Run ``function`` in a thread that cannot hold up the end of the process, as a pool's threads would."""
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[object] = loop.create_future()

    def settle(result: object, fault: BaseException | None) -> None:
        if outcome.done():
            return
        if fault is None:
            outcome.set_result(result)
        else:
            outcome.set_exception(fault)

    def work() -> None:
        result: object = None
        fault: BaseException | None = None
        try:
            result = function(argument)
        except BaseException as raised:  # noqa: BLE001 - carried over to the waiting coroutine, which reports it
            # A future cannot carry StopIteration.
            fault = RuntimeError("StopIteration") if isinstance(raised, StopIteration) else raised
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, fault)

    threading.Thread(target=work, name="roadworthy-target", daemon=True).start()
    return await outcome
