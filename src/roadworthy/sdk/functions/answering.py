"""Functions and generators that answer people: what they are given and what they say is judged."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from typing import Any

from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.half import whole_characters
from roadworthy.sdk.functions.settings import Settings, guard_of
from roadworthy.sdk.functions.values import Signature, as_json, put_back
from roadworthy.sdk.speaking import in_run

_LOST = "\ufffd"
"""What stands for half of a character."""


class Turn:
    """One call of a function that answers people, from its arguments to its answer."""

    def __init__(self, settings: Settings) -> None:
        self.guard = guard_of(settings.policy)
        self.run, self._within = settings.run(self.guard)
        self.exchange = settings.exchange(self.guard, self.run, within=self._within)

    def given(self, signature: Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Return the arguments as they may go on.

        Raises:
            BlockedError: If they may not.
        """
        given = signature.bound(*args, **kwargs)
        return given.with_values(self.exchange.sent(given.read))

    def answered(self, value: Any) -> Any:
        """Return what the function gave as it may be shown.

        Raises:
            BlockedError: If it may not.
        """
        if value is None:
            return None
        read = as_json(value, where="what the function gave")
        return put_back(value, read, self.exchange.came(read))

    def relayed(self) -> Chunks:
        """Return the guard of a stream that answers."""
        return Chunks(self)

    def close(self) -> None:
        """Settle what is set aside, unless others go on in the run."""
        self.exchange.close()
        if not self._within:
            self.run.abort()


class Chunks:
    """The texts of a stream on their way out."""

    def __init__(self, turn: Turn) -> None:
        from roadworthy.sdk.exchange.relay import Relay

        self._relay = Relay(turn.exchange)
        self._half = ""

    def push(self, chunk: object) -> str:
        """Take in a text and return what may leave.

        Raises:
            BlockedError: If the stream must not go on.
            ConfigError: If it is no text.
        """
        if not isinstance(chunk, str):
            raise ConfigError(
                f"the stream gave a {type(chunk).__name__}, which cannot be judged bit by bit",
                where="what the generator yields",
                fix="yield text",
            )
        # A generator may cut a character in half.
        text, self._half = whole_characters(self._half, chunk)
        return self._relay.feed(text.encode()).decode()

    def finish(self) -> str:
        """Return what is left at the end."""
        last = self._relay.feed(_LOST.encode()) if self._half else b""
        return (last + self._relay.end()).decode()

    def cancel(self) -> None:
        """Say that nobody listens any more."""
        self._relay.cancel()


def called(function: Callable[..., Any], signature: Signature, settings: Settings) -> Callable[..., Any]:
    """Return a plain function, guarded."""

    def guarded(*args: Any, **kwargs: Any) -> Any:
        turn = Turn(settings)
        try:
            given, named = turn.given(signature, args, kwargs)
            with in_run(turn.guard, turn.run):
                value = function(*given, **named)
            return turn.answered(value)
        finally:
            turn.close()

    return guarded


def awaited(function: Callable[..., Any], signature: Signature, settings: Settings) -> Callable[..., Any]:
    """Return an asynchronous function, guarded."""

    async def guarded(*args: Any, **kwargs: Any) -> Any:
        turn = Turn(settings)
        try:
            given, named = turn.given(signature, args, kwargs)
            with in_run(turn.guard, turn.run):
                value = await function(*given, **named)
            return turn.answered(value)
        finally:
            turn.close()

    return guarded


def generated(function: Callable[..., Any], signature: Signature, settings: Settings) -> Callable[..., Any]:
    """Return a generator of text, guarded: nothing leaves before it was judged as its route has it."""

    def guarded(*args: Any, **kwargs: Any) -> Generator[str, None, Any]:
        turn = Turn(settings)
        try:
            given, named = turn.given(signature, args, kwargs)
            with in_run(turn.guard, turn.run):
                source = function(*given, **named)
            chunks, value = turn.relayed(), None
            try:
                while True:
                    try:
                        # The run is under way while the generator works, and not while its caller does.
                        with in_run(turn.guard, turn.run):
                            chunk = next(source)
                    except StopIteration as stop:
                        value = stop.value
                        break
                    if out := chunks.push(chunk):
                        yield out
                if out := chunks.finish():
                    yield out
                return turn.answered(value)
            finally:
                chunks.cancel()
                _close(source)
        finally:
            turn.close()

    return guarded


def _close(source: Iterator[Any]) -> None:
    close = getattr(source, "close", None)
    if close is not None:
        close()


def generated_async(function: Callable[..., Any], signature: Signature, settings: Settings) -> Callable[..., Any]:
    """Return an asynchronous generator of text, guarded."""

    async def guarded(*args: Any, **kwargs: Any) -> AsyncGenerator[str, None]:
        turn = Turn(settings)
        try:
            given, named = turn.given(signature, args, kwargs)
            with in_run(turn.guard, turn.run):
                source = function(*given, **named)
            chunks = turn.relayed()
            try:
                while True:
                    try:
                        with in_run(turn.guard, turn.run):
                            chunk = await anext(source)
                    except StopAsyncIteration:
                        break
                    if out := chunks.push(chunk):
                        yield out
                if out := chunks.finish():
                    yield out
            finally:
                chunks.cancel()
                await _aclose(source)
        finally:
            turn.close()

    return guarded


async def _aclose(source: AsyncIterator[Any]) -> None:
    close = getattr(source, "aclose", None)
    if close is not None:
        await close()
