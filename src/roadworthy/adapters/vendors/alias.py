"""Asks a provider which model answers under a name: one short question, and the answer's own word for the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from roadworthy.adapters.targets.address import resolve_address
from roadworthy.adapters.targets.anthropic import ANTHROPIC
from roadworthy.adapters.targets.exchange import Answer, Exchange, failed
from roadworthy.adapters.targets.openai import OPENAI
from roadworthy.adapters.targets.responses import RESPONSES
from roadworthy.core.errors import ConfigError
from roadworthy.evals.model import NoReply
from roadworthy.inventory.model import TargetSpec
from roadworthy.vendors.model import AliasWatch

_DIALECTS = {dialect.kind: dialect for dialect in (OPENAI, RESPONSES, ANTHROPIC)}
_QUESTION = "Reply with the word ok."
_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What answered."""

    value: str
    """Name of the model, with its fingerprint where that is asked for."""

    place: str
    """Scheme, host, port and path that were asked; without credentials."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unresolved:
    """It could not be told what answers."""

    reason: str


async def resolve_alias(watch: AliasWatch, *, model: str, environ: Mapping[str, str]) -> Resolved | Unresolved:
    """Return which model answers when ``model`` is asked for.

    Args:
        watch: How the provider is asked.
        model: The name.
        environ: Where ``${NAME}`` in the address and headers is looked up.

    Raises:
        ConfigError: If a variable is missing or the address cannot be contacted. No value is shown.
    """
    dialect = _DIALECTS[watch.kind]
    spec = TargetSpec(key=watch.component, kind=watch.kind, url=watch.url, model=model, headers=watch.headers)
    try:
        address = resolve_address(spec, environ=environ, suffix=dialect.path)
    except ConfigError as fault:
        raise ConfigError(fault.problem, where=f"vendors.yaml, alias {watch.component}", fix=fault.fix) from fault
    exchange = Exchange(address, timeout_s=watch.timeout_s, defaults=dialect.headers)
    try:
        answer = await exchange.post(_body(watch.kind, model))
    finally:
        await exchange.close()
    if isinstance(answer, NoReply):
        return Unresolved(reason=answer.reason)
    if (problem := failed(answer, raw=False)) is not None:
        return Unresolved(reason=problem.reason)
    return _read(answer, fingerprint=watch.fingerprint, place=address.place)


def _body(kind: str, model: str) -> dict[str, object]:
    if kind == "responses":
        return {"model": model, "input": _QUESTION}
    messages = [{"role": "user", "content": _QUESTION}]
    return {"model": model, "messages": messages} | ({"max_tokens": 8} if kind == "anthropic" else {})


def _read(answer: Answer, *, fingerprint: bool, place: str) -> Resolved | Unresolved:
    try:
        body = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return Unresolved(reason="the answer is not JSON")
    named = body.get("model") if isinstance(body, dict) else None
    if not isinstance(named, str) or not named.strip() or len(named) > _LONGEST:
        return Unresolved(reason="the answer does not say which model it is from")
    if not fingerprint:
        return Resolved(value=named.strip(), place=place)
    mark = body.get("system_fingerprint")
    if not isinstance(mark, str) or not mark.strip() or len(mark) > _LONGEST:
        return Unresolved(reason="the answer has no `system_fingerprint`")
    return Resolved(value=f"{named.strip()} ({mark.strip()})", place=place)
