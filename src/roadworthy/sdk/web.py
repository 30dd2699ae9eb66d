"""A guard around a chat endpoint of a web application: pure ASGI, for Starlette, FastAPI and whatever speaks it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import partial
from typing import Any, Literal, TypeAlias

from roadworthy.core.errors import ConfigError, RoadworthyError
from roadworthy.guard.event import Principal
from roadworthy.guard.protocols.plain import Call, PlainCall, PlainStream
from roadworthy.guard.session.guard import Guard
from roadworthy.guard.session.run import Run
from roadworthy.sdk.exchange.bodies import answer_body, json_of, request_body
from roadworthy.sdk.exchange.endpoints import CHAT, MESSAGES, RESPONSES
from roadworthy.sdk.exchange.events import PlainEvents
from roadworthy.sdk.exchange.exchange import Exchange, Refused
from roadworthy.sdk.exchange.media import Media
from roadworthy.sdk.exchange.refusing import HttpError, Send, event_of, refuse, said_in_stream
from roadworthy.sdk.exchange.relay import Relay
from roadworthy.sdk.exchange.surface import Surface
from roadworthy.sdk.speaking import conversation_of, in_run

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
Codec: TypeAlias = Literal["openai.chat", "openai.responses", "anthropic.messages", "json"]

MAX_BODY_BYTES = 8_000_000
"""Most bytes of a request's or of a whole answer's body, where nothing else is said."""

_PLAIN = Surface(
    protocol="plain",
    request=PlainCall(Call.ARGUMENTS),
    answer=PlainCall(Call.RESULT),
    stream=lambda _: PlainStream(),
)
_SURFACES: Mapping[str, Surface] = {
    "openai.chat": CHAT,
    "openai.responses": RESPONSES,
    "anthropic.messages": MESSAGES,
    "json": _PLAIN,
}
_EVENTS, _TEXT, _JSON = "text/event-stream", "text/plain", "application/json"
_BARE = ("HEAD", "OPTIONS")
"""Methods that ask for no body: none goes in, and none comes out."""

_WORDLESS = (204, 205, 304)
_ERRORS = 400
_CHARSETS = (b"utf-8", b"utf8", b"us-ascii")
_DROPPED = frozenset((b"content-length", b"content-encoding", b"transfer-encoding", b"etag"))


class GuardASGI:
    """Guards the chat endpoints of an application: add it with ``app.add_middleware(GuardASGI, ...)``.

    A request to one of ``paths`` is read whole, judged and handed on as it may go on; its answer is judged before it
    leaves: JSON as a whole, server-sent events and plain text bit by bit, as the route of the policy has it. Within
    the request the run is under way, so that guarded tools and clients are steps of it. Every other path goes by as
    if this were not there.

    Args:
        app: The application.
        guard: The policy in force.
        principal: Tells from the scope of a request for whom it is, after whoever authenticates has looked at it.
        paths: By path, what its messages are: a protocol's, or ``json`` for a text and JSON of your own.
        route: Of the policy.
        refused: What becomes of refused tool calls in an answer.
        max_body_bytes: Longest body, of a request and of an answer that is no stream.
        conversation: Tells from the scope to which conversation a request belongs: limits of one conversation, and a
            person's yes to a call in it, hold beyond one request. None: each request is one of its own.
        media: What becomes of pictures, sound and files in a request: it is refused, or they pass unjudged.
    """

    def __init__(
        self,
        app: App,
        *,
        guard: Guard,
        principal: Callable[[Scope], Principal],
        paths: Mapping[str, Codec],
        route: str = "*",
        refused: Refused = "drop",
        max_body_bytes: int = MAX_BODY_BYTES,
        conversation: Callable[[Scope], str] | None = None,
        media: Media = "refuse",
    ) -> None:
        unknown = sorted(set(paths.values()) - set(_SURFACES))
        if unknown or not paths:
            raise ConfigError(
                f"{unknown[0]!r} is no kind of message" if unknown else "no path is guarded",
                where="paths",
                fix=f"name at least one path, with one of {', '.join(_SURFACES)}",
            )
        if odd := next((path for path in paths if not path.startswith("/") or set(path) & set("{}*?")), None):
            raise ConfigError(
                f"{odd!r} is no path that anybody asks for, so that nothing would be guarded there",
                where="paths",
                fix="name each path as it is asked for, from its first /, without parameters",
            )
        self._app = app
        self._guard = guard
        self._principal = principal
        self._paths = {path.rstrip("/"): _SURFACES[codec] for path, codec in paths.items()}
        self._route = route
        self._refused: Refused = refused
        self._max = max_body_bytes
        self._conversation = conversation
        self._media: Media = media

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        surface = None if scope["type"] == "lifespan" else self._surface(scope)
        if surface is None:
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            # What goes over a web socket here nobody has read.
            await send({"type": "websocket.close", "code": 1008, "reason": "this path is guarded and takes no sockets"})
            return
        if scope["method"] in _BARE:
            await self._bare(scope, send)
            return
        await self._guarded(surface, scope, receive, send)

    async def _bare(self, scope: Scope, send: Send) -> None:
        """Serve a request for headers, such as one that a browser asks beforehand: no text goes in or out."""
        if scope.get("query_string"):
            error = HttpError("a guarded path takes no text in its address", status=400, fix="send it in the body")
            await refuse(send, error, event="")
            return

        async def headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start" and scope["method"] == "OPTIONS":
                kept = [pair for pair in message.get("headers", ()) if bytes(pair[0]).lower() not in _DROPPED]
                message = {**message, "headers": [*kept, (b"content-length", b"0")]}
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        async def gone() -> MutableMapping[str, Any]:
            return {"type": "http.disconnect"}

        await self._app(_with_length(scope, b""), _given(b"", gone), headers)

    def _surface(self, scope: Scope) -> Surface | None:
        """Return what is said at the path that was asked for, whole or within where the application is mounted."""
        path, root = str(scope.get("path", "")), str(scope.get("root_path", "")).rstrip("/")
        within = path.removeprefix(root) if path.startswith(f"{root}/") else path
        return self._paths.get(path.rstrip("/")) or self._paths.get(within.rstrip("/"))

    async def _guarded(self, surface: Surface, scope: Scope, receive: Receive, send: Send) -> None:
        exchange: Exchange | None = None
        answer: _Answer | None = None
        try:
            run = self._run(scope)
            exchange = Exchange(
                run, self._guard.bundle, surface, refused=self._refused, owns_run=True, media=self._media
            )
            content = await _body(receive, most=self._max)
            if content is None:
                return
            passed = _request(exchange, scope, content)
            answer = _Answer(exchange, send, most=self._max)
            with in_run(self._guard, run):
                await self._app(_with_length(scope, passed), _given(passed, receive), answer.send)
            await answer.finish()
        except RoadworthyError as error:
            if answer is not None and answer.has_begun:
                await answer.stop(error)
            else:
                await refuse(send, error, event=event_of(error))
        finally:
            if answer is not None:
                answer.cancel()
            if exchange is not None:
                exchange.close()

    def _run(self, scope: Scope) -> Run:
        principal = self._principal(scope)
        if not isinstance(principal, Principal):
            raise HttpError("nobody has said for whom this is done", status=401, fix="sign in")
        ask = self._conversation
        name = "" if ask is None else conversation_of(partial(ask, scope))
        return self._guard.run(principal, route=self._route, conversation=name)


class _Answer:
    """The answer of the application on its way out."""

    def __init__(self, exchange: Exchange, send: Send, *, most: int) -> None:
        self._exchange = exchange
        self._send = send
        self._most = most
        self._start: MutableMapping[str, Any] | None = None
        self._kind = ""
        self._held = bytearray()
        self._relay: Relay | None = None
        self._is_over = False
        self.has_begun = False
        """Whether the client was told anything."""

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """Take in what the application sends."""
        if message["type"] == "http.response.start":
            self._begin(message)
        elif message["type"] == "http.response.body":
            await self._more(bytes(message.get("body", b"")), is_last=not message.get("more_body", False))
        else:
            # Trailers, pushes and files that the server reads itself say what nobody has judged.
            raise ConfigError(
                f"the application sent {str(message['type'])[:60]!r}, which is not guarded",
                where="the answer",
                fix="send a body",
            )

    async def finish(self) -> None:
        """Say that the application has returned."""
        if self._start is None:
            raise ConfigError("the application gave no answer", where="the answer", fix="send one")
        if not self._is_over:
            await self._more(b"", is_last=True)

    async def stop(self, error: RoadworthyError) -> None:
        """End a stream that has begun with the words for the person."""
        self._is_over = True
        await self._send({"type": "http.response.body", "body": said_in_stream(self._kind, error), "more_body": False})

    def cancel(self) -> None:
        """Say that nobody listens any more."""
        if self._relay is not None:
            self._relay.cancel()

    def _begin(self, message: MutableMapping[str, Any]) -> None:
        headers = _headers(message)
        if headers.get(b"content-encoding", b"identity") != b"identity":
            raise ConfigError(
                "the answer is compressed, so that it cannot be judged",
                where="the answer",
                fix="put what compresses outside of the guard",
            )
        self._start = message
        self._kind = _kind(headers)
        if int(message["status"]) in _WORDLESS:
            return
        _check_charset(headers, where="the answer")
        is_plain = self._exchange.surface is _PLAIN
        if self._kind == _EVENTS or (self._kind == _TEXT and is_plain):
            self._relay = Relay(self._exchange, codec=PlainEvents() if is_plain and self._kind == _EVENTS else None)
        elif self._kind != _JSON and int(message["status"]) < _ERRORS:
            raise ConfigError(
                f"an answer of type {self._kind[:60]!r} cannot be judged",
                where="the answer",
                fix="answer with JSON, server-sent events or plain text",
            )

    async def _more(self, body: bytes, *, is_last: bool) -> None:
        if self._start is None or self._is_over:
            raise ConfigError(
                "the application sent a body out of turn", where="the answer", fix="send it once, in order"
            )
        if self._relay is not None:
            out = self._relay.feed(body) if body else b""
            if is_last:
                out += self._relay.end()
            if out or is_last:
                await self._begun()
                await self._send({"type": "http.response.body", "body": out, "more_body": not is_last})
            self._is_over = is_last
            return
        self._held += body
        if int(self._start["status"]) in _WORDLESS:
            await self._nothing(is_last=is_last)
            return
        if len(self._held) > self._most:
            raise ConfigError(
                f"the answer has more than {self._most:,} bytes", where="the answer", fix="answer with less, or stream"
            )
        if is_last:
            content = answer_body(self._exchange, bytes(self._held), status=int(self._start["status"]))
            await self._begun(length=len(content))
            self._is_over = True
            await self._send({"type": "http.response.body", "body": content, "more_body": False})

    async def _nothing(self, *, is_last: bool) -> None:
        """Take in an answer that has no body."""
        if self._held:
            raise ConfigError("the answer has a body where none belongs", where="the answer", fix="send none")
        if is_last:
            await self._begun()
            self._is_over = True
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _begun(self, *, length: int | None = None) -> None:
        if self.has_begun or self._start is None:
            return
        self.has_begun = True
        headers = [pair for pair in self._start.get("headers", ()) if bytes(pair[0]).lower() not in _DROPPED]
        if length is not None:
            if self._kind != _JSON:
                # Nobody reads the words of such an error: others stand in their place.
                headers = [pair for pair in headers if bytes(pair[0]).lower() != b"content-type"]
                headers.append((b"content-type", _JSON.encode()))
            headers.append((b"content-length", str(length).encode()))
        await self._send({**self._start, "headers": headers})


async def _body(receive: Receive, *, most: int) -> bytes | None:
    """Return the body of a request; None: whoever sent it has gone."""
    found = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        found += message.get("body", b"")
        if len(found) > most:
            raise HttpError(f"the body has more than {most:,} bytes", status=413, fix="send less")
        if not message.get("more_body", False):
            return bytes(found)


def _request(exchange: Exchange, scope: Scope, content: bytes) -> bytes:
    headers = _headers(scope)
    _check_form(scope, headers)
    if headers.get(b"content-encoding", b"identity") != b"identity":
        raise HttpError("the body is compressed, so that it cannot be judged", status=415, fix="send it as it is")
    kind = _kind(headers)
    if scope["method"] in ("GET", "DELETE") or scope.get("query_string"):
        if content or scope.get("query_string"):
            raise HttpError("a guarded path takes no text in its address", status=400, fix="send it in the body")
        return content
    if kind == _TEXT and exchange.surface is _PLAIN:
        try:
            text = content.decode()
        except UnicodeDecodeError:
            raise HttpError("the body is not UTF-8", status=400, fix="send text as UTF-8") from None
        sent = exchange.sent(text)
        return str(sent).encode()
    if kind != _JSON:
        raise HttpError(f"a body of type {kind[:60]!r} cannot be judged", status=415, fix="send application/json")
    try:
        json_of(content, where="the body")
    except ConfigError as error:
        raise HttpError(error.problem, status=400, fix=error.fix) from None
    try:
        return request_body(exchange, content)
    except ConfigError as error:
        raise HttpError(
            f"{error.problem} ({error.where})" if error.where else error.problem, status=400, fix=""
        ) from None


def _check_form(scope: Scope, headers: Mapping[bytes, bytes]) -> None:
    """Refuse a body that the application may read as another text than the guard."""
    names = [bytes(name).lower() for name, _ in scope["headers"]]
    if any(names.count(name) > 1 for name in (b"content-type", b"content-encoding")):
        raise HttpError("the request says twice how its body is written", status=400, fix="say it once")
    try:
        _check_charset(headers, where="the body")
    except ConfigError as error:
        raise HttpError(error.problem, status=415, fix=error.fix) from None


def _given(content: bytes, receive: Receive) -> Receive:
    has_given = False

    async def give() -> MutableMapping[str, Any]:
        nonlocal has_given
        if has_given:
            return await receive()
        has_given = True
        return {"type": "http.request", "body": content, "more_body": False}

    return give


def _with_length(scope: Scope, content: bytes) -> Scope:
    kept = [pair for pair in scope["headers"] if bytes(pair[0]).lower() not in _DROPPED]
    return {**scope, "headers": [*kept, (b"content-length", str(len(content)).encode())]}


def _headers(message: Mapping[str, Any]) -> dict[bytes, bytes]:
    return {bytes(name).lower(): bytes(value).strip().lower() for name, value in message.get("headers", ())}


def _kind(headers: Mapping[bytes, bytes]) -> str:
    return headers.get(b"content-type", b"").partition(b";")[0].strip().decode("latin-1")


def _check_charset(headers: Mapping[bytes, bytes], *, where: str) -> None:
    for setting in headers.get(b"content-type", b"").split(b";")[1:]:
        name, _, value = setting.strip().partition(b"=")
        if name.strip() == b"charset" and value.strip().strip(b'"') not in _CHARSETS:
            raise ConfigError(f"{where} is not in UTF-8", where=where, fix="write it in UTF-8")
