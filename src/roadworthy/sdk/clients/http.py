"""An HTTP client that guards what passes: it looks at requests and answers, and leaves the sending to another.

Whatever a package offers on top (retries, timeouts, raw and streamed answers, its own types) is made of what passes
here, so that nothing of it goes by unguarded.
"""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

from roadworthy.core.errors import ConfigError, RoadworthyError
from roadworthy.sdk.clients.passing import ERROR, Passing, refusal
from roadworthy.sdk.exchange.bodies import MAX_BODY_BYTES, answer_body, request_body, written
from roadworthy.sdk.exchange.exchange import Exchange
from roadworthy.sdk.exchange.relay import Relay

_DROPPED = frozenset(("content-encoding", "content-length", "transfer-encoding"))
_EVENTS = "text/event-stream"
_BYTES_AT_A_TIME = 65_536


def guarded_http(inner: Any, passing: Passing, *, is_async: bool) -> Any:
    """Return an HTTP client that passes what ``inner`` sends.

    Args:
        inner: A client of ``httpx`` or of the package that followed it. It stays as it is and is still its owner's.
        passing: What is done to each request.
        is_async: Whether it is an asynchronous client.

    Raises:
        ConfigError: If it is a client of another package.
    """
    module = _module_of(inner)
    settings = {
        "headers": inner.headers,
        "params": inner.params,
        "cookies": inner.cookies,
        "timeout": inner.timeout,
        "base_url": inner.base_url,
        "follow_redirects": False,
        "trust_env": False,
    }
    if is_async:
        return module.AsyncClient(transport=_async_transport(module)(inner, passing, module), **settings)
    return module.Client(transport=_transport(module)(inner, passing, module), **settings)


def _module_of(inner: Any) -> Any:
    for kind in type(inner).__mro__:
        package = kind.__module__.partition(".")[0]
        if package in ("httpx", "httpx2"):
            return importlib.import_module(package)
    raise ConfigError(
        f"the HTTP client is a {type(inner).__name__}, which is not known", where="http_client", fix="use httpx"
    )


def _transport(module: Any) -> Any:
    class Passed(module.BaseTransport):  # type: ignore[misc]  # the module is chosen when it runs
        """Guards what passes and has another client send it."""

        def __init__(self, inner: Any, passing: Passing, module: Any) -> None:
            self._inner, self._passing, self._module = inner, passing, module

        def handle_request(self, request: Any) -> Any:
            try:
                return self._handled(request)
            except RoadworthyError as error:
                return _refused(self._module, error)

        def _handled(self, request: Any) -> Any:
            surface = self._passing.surface(method=request.method, path=request.url.path)
            if surface is None:
                return _as_it_is(self._module, self._inner.send(request, stream=True), module.SyncByteStream)
            self._passing.check_query(request.url.params.multi_items())
            exchange = self._passing.exchange(surface)
            is_stream = False
            try:
                wanted = _rewritten(self._module, request, request_body(exchange, request.read()))
                response = self._inner.send(wanted, stream=True)
                is_stream = _is_stream(response)
                if is_stream:
                    return _answer(self._module, response, stream=_streamed(module, response, exchange))
                try:
                    content = _limited(response.iter_bytes(_BYTES_AT_A_TIME))
                finally:
                    response.close()
                body = answer_body(exchange, content, status=response.status_code)
                return _answer(self._module, response, content=body)
            finally:
                if not is_stream:
                    exchange.close()

        def close(self) -> None:
            """Leave the other client open: it is its owner's."""

    return Passed


def _async_transport(module: Any) -> Any:
    class Passed(module.AsyncBaseTransport):  # type: ignore[misc]  # the module is chosen when it runs
        """Guards what passes and has another client send it."""

        def __init__(self, inner: Any, passing: Passing, module: Any) -> None:
            self._inner, self._passing, self._module = inner, passing, module

        async def handle_async_request(self, request: Any) -> Any:
            try:
                return await self._handled(request)
            except RoadworthyError as error:
                return _refused(self._module, error)

        async def _handled(self, request: Any) -> Any:
            surface = self._passing.surface(method=request.method, path=request.url.path)
            if surface is None:
                response = await self._inner.send(request, stream=True)
                return _as_it_is(self._module, response, module.AsyncByteStream)
            self._passing.check_query(request.url.params.multi_items())
            exchange = self._passing.exchange(surface)
            is_stream = False
            try:
                wanted = _rewritten(self._module, request, request_body(exchange, await request.aread()))
                response = await self._inner.send(wanted, stream=True)
                is_stream = _is_stream(response)
                if is_stream:
                    return _answer(self._module, response, stream=_async_streamed(module, response, exchange))
                try:
                    content = await _limited_async(response.aiter_bytes(_BYTES_AT_A_TIME))
                finally:
                    await response.aclose()
                body = answer_body(exchange, content, status=response.status_code)
                return _answer(self._module, response, content=body)
            finally:
                if not is_stream:
                    exchange.close()

        async def aclose(self) -> None:
            """Leave the other client open: it is its owner's."""

    return Passed


def _streamed(module: Any, response: Any, exchange: Exchange) -> Any:
    class Guarded(module.SyncByteStream):  # type: ignore[misc]  # the module is chosen when it runs
        """The bytes of a stream that may leave."""

        def __init__(self) -> None:
            self._relay = Relay(exchange)
            self._parts = self._passed()

        def __iter__(self) -> Iterator[bytes]:
            # Once, however often it is asked: what has passed does not pass again.
            return self._parts

        def _passed(self) -> Iterator[bytes]:
            try:
                for data in response.iter_bytes():
                    if out := self._relay.feed(data):
                        yield out
                    if self._relay.is_over:
                        return
                if out := self._relay.end():
                    yield out
            finally:
                self.close()

        def close(self) -> None:
            self._relay.cancel()
            exchange.close()
            response.close()

    return Guarded()


def _async_streamed(module: Any, response: Any, exchange: Exchange) -> Any:
    class Guarded(module.AsyncByteStream):  # type: ignore[misc]  # the module is chosen when it runs
        """The bytes of a stream that may leave."""

        def __init__(self) -> None:
            self._relay = Relay(exchange)
            self._parts = self._passed()

        def __aiter__(self) -> AsyncIterator[bytes]:
            # Once, however often it is asked: what has passed does not pass again.
            return self._parts

        async def _passed(self) -> AsyncIterator[bytes]:
            try:
                async for data in response.aiter_bytes():
                    if out := self._relay.feed(data):
                        yield out
                    if self._relay.is_over:
                        return
                if out := self._relay.end():
                    yield out
            finally:
                await self.aclose()

        async def aclose(self) -> None:
            self._relay.cancel()
            exchange.close()
            await response.aclose()

    return Guarded()


def _rewritten(module: Any, request: Any, content: bytes) -> Any:
    if content == request.content:
        return request
    kept = [(name, value) for name, value in request.headers.multi_items() if name.lower() not in _DROPPED]
    return module.Request(
        request.method, request.url, headers=kept, content=content, extensions=dict(request.extensions)
    )


def _is_stream(response: Any) -> bool:
    kind = str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()
    return kind == _EVENTS and response.status_code < 400


def _answer(module: Any, response: Any, **content: Any) -> Any:
    kept = [(name, value) for name, value in response.headers.multi_items() if name.lower() not in _DROPPED]
    # What was judged was read as UTF-8: nobody is told to read it as something else.
    kept = [(name, value.partition(";")[0] if name.lower() == "content-type" else value) for name, value in kept]
    return module.Response(response.status_code, headers=kept, **content)


def _as_it_is(module: Any, response: Any, stream: Any) -> Any:
    class Passing(stream):  # type: ignore[misc]  # the class is chosen when it runs
        """The bytes of an answer that nobody needs to judge."""

        def __iter__(self) -> Iterator[bytes]:
            yield from response.iter_bytes()

        async def __aiter__(self) -> AsyncIterator[bytes]:
            async for data in response.aiter_bytes():
                yield data

        def close(self) -> None:
            response.close()

        async def aclose(self) -> None:
            await response.aclose()

    return _answer(module, response, stream=Passing())


def _refused(module: Any, error: RoadworthyError) -> Any:
    return module.Response(
        403,
        headers={"content-type": "application/json", "x-should-retry": "false"},
        content=written(dict(refusal(error))),
        extensions={ERROR: error},
    )


def _limited(parts: Iterator[bytes]) -> bytes:
    found = bytearray()
    for part in parts:
        found += part
        _check(len(found))
    return bytes(found)


async def _limited_async(parts: AsyncIterator[bytes]) -> bytes:
    found = bytearray()
    async for part in parts:
        found += part
        _check(len(found))
    return bytes(found)


def _check(length: int) -> None:
    if length > MAX_BODY_BYTES:
        raise ConfigError(
            f"the answer has more than {MAX_BODY_BYTES:,} bytes", where="the answer", fix="ask for less at a time"
        )
