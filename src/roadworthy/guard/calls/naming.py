"""Digests of a call, computed once and cheaply: they equal `action_digest` and `repetition_digest`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache, partial
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from roadworthy.core.digest import Digest, canonical_json
from roadworthy.guard.run.call import Call, said

_HEAD = b'{"arguments":'
_BEHIND = len(_HEAD) + 1
"""Where the first member may stand: without a bracket behind it there is no list and no object in it."""


class Names(NamedTuple):
    """The digests of one call."""

    repetition: Digest
    """As `roadworthy.guard.run.call.repetition_digest` gives it."""

    action: Digest
    """As `roadworthy.guard.run.call.action_digest` gives it."""


def names_of(call: Call, *, tenant: str, principal: str, run: str, route: str, definition: Digest | None) -> Names:
    """Return the digests of ``call``; the arguments are written only once for both.

    Args:
        call: Its arguments have a canonical form (`roadworthy.guard.calls.reading.unreadable`).
        tenant: As of `action_digest`, as all that follow.
        principal: For whom it is done.
        run: Id of the run.
        route: Of the event.
        definition: Of the tool.
    """
    arguments = call.arguments
    head = _HEAD + _canonical(arguments)
    of_call, of_action = _tails((call.tool, call.depth, tenant, principal, run, route, definition))
    of_repetition = head
    if b"null" in head or b'""' in head or b"[" in head or head.find(b"{", _BEHIND) > 0:
        counted = said(arguments)
        of_repetition = head if counted is arguments else _HEAD + _canonical(counted)
    return Names(
        f"sha256:{sha256(of_repetition + of_call).hexdigest()}", f"sha256:{sha256(head + of_action).hexdigest()}"
    )


@lru_cache(maxsize=1_024)
def _tails(about: tuple[str, int, str, str, str, str, Digest | None]) -> tuple[bytes, bytes]:
    """Return what follows the arguments in what is hashed: the same for all calls of one tool in one run."""
    tool, depth, tenant, principal, run, route, definition = about
    name = encode_basestring(tool)
    written = (
        f',"definition":{"null" if definition is None else encode_basestring(definition)},"depth":{depth},'
        f'"principal":{encode_basestring(principal)},"route":{encode_basestring(route)},'
        f'"run":{encode_basestring(run)},"schema":"roadworthy/action/v1","tenant":{encode_basestring(tenant)},'
        f'"tool":{name}}}'
    )
    return f',"tool":{name}}}'.encode(), written.encode()


def _canonical(arguments: dict[str, Any]) -> bytes:
    if not _is_common(arguments):
        return canonical_json(arguments)
    return _dumps()(arguments)


@cache
def _dumps() -> Callable[[Any], bytes]:
    import orjson

    return partial(orjson.dumps, option=orjson.OPT_SORT_KEYS)


def _is_common(value: Any) -> bool:
    """Return whether every writer of JSON writes ``value`` in its canonical form: no decimals, members in ASCII."""
    kind = type(value)
    if kind is dict:
        for name, item in value.items():
            if not name.isascii() or (type(item) not in _COMMON and not _is_common(item)):
                return False
        return True
    if kind is list:
        return all(map(_is_common, value))
    return kind in _COMMON


_COMMON = frozenset((str, int, bool, type(None)))
"""Kinds of scalars that every writer of JSON writes alike, integers beyond 2**53 - 1 left out, which are not read."""
