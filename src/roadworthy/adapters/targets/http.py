"""Targets behind any HTTP endpoint: a JSON body by template, the reply's text by JSON Pointer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from roadworthy.adapters.targets.address import Address, resolve_address
from roadworthy.adapters.targets.exchange import Answer, Exchange, failed
from roadworthy.adapters.targets.reply import reported, storable_text
from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.errors import ManifestError
from roadworthy.evals.model import NoReply, Reply, Response, Usage
from roadworthy.evals.ports import Request
from roadworthy.inventory.model import TargetSpec

_PLACEHOLDER = re.compile(r"\{\{\s*(prompt|messages|seed|parameters)\s*\}\}")


def build_http(spec: TargetSpec, *, environ: Mapping[str, str]) -> HttpTarget:
    """Make a target from a manifest's entry of kind ``http``.

    Raises:
        ManifestError: If ``url`` or ``body`` is missing, the body has no place for
            the question, or ``reply_path`` is no JSON Pointer.
        ConfigError: If an environment variable is missing.
    """
    where = f"targets.{spec.key}"
    if spec.body is None:
        raise ManifestError(
            f"target {spec.key!r} of kind `http` has no `body`",
            where=where,
            fix='write e.g. {"question": "{{prompt}}"}',
        )
    if not _placeholders(spec.body) & {"prompt", "messages"}:
        raise ManifestError(
            "the body has no place for the question",
            where=f"{where}.body",
            fix="put {{prompt}} or {{messages}} in it",
        )
    if spec.reply_path is not None and not spec.reply_path.startswith("/"):
        raise ManifestError(
            f"{spec.reply_path!r} is not a JSON Pointer",
            where=f"{where}.reply_path",
            fix="write it like /answer",
        )
    return HttpTarget(spec, template=spec.body, address=resolve_address(spec, environ=environ))


class HttpTarget:
    """Posts a filled-in JSON template and reads the reply out of the answer.

    ``{{prompt}}`` is the one user turn, ``{{messages}}`` the conversation,
    ``{{seed}}`` a number, ``{{parameters}}`` an object; a text that is nothing but a
    placeholder takes the value's own type. Without ``reply_path`` the body's text is
    the reply. The answer may report through a ``roadworthy`` object.
    """

    def __init__(self, spec: TargetSpec, *, template: dict[str, object], address: Address) -> None:
        self._spec = spec
        self._template = template
        self._places = _placeholders(template)
        self._exchange = Exchange(address, timeout_s=spec.timeout_s)
        self._digest = digest_of(
            {
                "kind": "http",
                "url": address.place,
                "body": template,
                "reply_path": spec.reply_path,
                "parameters": spec.parameters,
            }
        )

    @property
    def name(self) -> str:
        """The target's key."""
        return self._spec.key

    @property
    def digest(self) -> Digest:
        """Over kind, address, template, pointer and parameters."""
        return self._digest

    async def ask(self, request: Request) -> Response:
        """Put ``request`` to the endpoint once."""
        body = request.raw if request.raw is not None else self._body(request)
        if isinstance(body, NoReply):
            return body
        answer = await self._exchange.post(body)
        if isinstance(answer, NoReply):
            return answer
        raw = request.raw is not None
        failure = failed(answer, raw=raw)
        if failure is not None:
            return failure
        reply = self._read(answer)
        return _as_text(answer) if raw and isinstance(reply, NoReply) else reply

    async def close(self) -> None:
        """Close the connections."""
        await self._exchange.close()

    def _body(self, request: Request) -> dict[str, object] | NoReply:
        parameters = {**self._spec.parameters, **request.parameters}
        if parameters and "parameters" not in self._places:
            return NoReply(reason="the target's body has no place for {{parameters}}")
        if len(request.messages) != 1 and "messages" not in self._places:
            return NoReply(reason=f"the target takes one prompt, the sample has {len(request.messages)} messages")
        values: dict[str, object] = {
            "prompt": request.messages[-1].content if request.messages else "",
            "messages": [{"role": turn.role, "content": turn.content} for turn in request.messages],
            "seed": request.seed,
            "parameters": parameters,
        }
        return {key: _filled(item, values) for key, item in self._template.items()}

    def _read(self, answer: Answer) -> Response:
        try:
            body = orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            if self._spec.reply_path is None:
                return _as_text(answer)
            return NoReply(reason=f"HTTP {answer.status}, but the body is {answer.content_type[:60]}, not JSON")
        extra = reported(body)
        if isinstance(extra, NoReply):
            return extra
        text = answer.text if self._spec.reply_path is None else _pointed(body, self._spec.reply_path)
        if isinstance(text, _Nothing):
            return NoReply(reason=f"the reply has no text at {self._spec.reply_path}")
        return Reply(
            text=storable_text(text),
            tool_calls=extra.tool_calls,
            contexts=extra.contexts,
            components=extra.components,
            digests=extra.digests,
            status=answer.status,
            usage=Usage(latency_s=answer.latency_s),
        )


@dataclass(frozen=True, slots=True)
class _Nothing:
    """The pointer leads nowhere."""


def _as_text(answer: Answer) -> Reply:
    return Reply(text=storable_text(answer.text), status=answer.status, usage=Usage(latency_s=answer.latency_s))


def _placeholders(template: object) -> set[str]:
    if isinstance(template, str):
        return set(_PLACEHOLDER.findall(template))
    items = template.values() if isinstance(template, dict) else template if isinstance(template, list) else ()
    return {name for item in items for name in _placeholders(item)}


def _filled(template: object, values: Mapping[str, object]) -> object:
    if isinstance(template, dict):
        return {key: _filled(item, values) for key, item in template.items()}
    if isinstance(template, list):
        return [_filled(item, values) for item in template]
    if not isinstance(template, str):
        return template
    whole = _PLACEHOLDER.fullmatch(template)
    if whole is not None:
        return values[whole[1]]
    return _PLACEHOLDER.sub(lambda found: _written(values[found[1]]), template)


def _written(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode("utf-8")


def _pointed(body: object, pointer: str) -> str | _Nothing:
    """Follow a JSON Pointer (RFC 6901) to a text; other values are written as JSON."""
    value = body
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isascii() and name.isdigit() and int(name[:9]) < len(value):
            value = value[int(name[:9])]
        else:
            return _Nothing()
    if value is None:
        return _Nothing()
    return value if isinstance(value, str) else orjson.dumps(value).decode("utf-8")
