"""`governance.yaml` in, a `Governance` out: every problem at once, each with its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter

from roadworthy.adapters.keys.public import parse_key
from roadworthy.adapters.yaml_source import Location, combined, read_yaml, validated
from roadworthy.core.clock import parse_rfc3339
from roadworthy.core.errors import ConfigError
from roadworthy.governance.model import Governance

GOVERNANCE_NAME = "governance.yaml"
MAX_GOVERNANCE_BYTES = 1024 * 1024
MAX_PEOPLE = 2_000

_ADAPTER = TypeAdapter(Governance)
_FIX = "correct the fields named above; `rw schema governance` prints what is allowed"
_TIMES = ("valid_from", "valid_until", "revoked_at")


def load_governance(path: Path) -> Governance:
    """Read the governance file at ``path``.

    Beyond the model's own rules it refuses times that are not RFC 3339 with an offset, public keys that cannot be
    read, and a private key in their place, which is never repeated.

    Raises:
        ConfigError: With every problem found, each with its ``file:line:column``.
    """
    located = read_yaml(path, error=ConfigError, max_bytes=MAX_GOVERNANCE_BYTES)
    problems = [
        ConfigError(f"{located.field_path(loc)}: {problem}", where=located.where(loc), fix=fix)
        for loc, problem, fix in _problems(located.data)
    ]
    if problems:
        raise combined(problems)
    return validated(_ADAPTER, located, error=ConfigError, fix=_FIX)


def _problems(data: object) -> Iterator[tuple[Location, str, str]]:
    """Yield place, problem and remedy of what the types cannot say. Wrong shapes are left to them."""
    people = data.get("people") if isinstance(data, dict) else None
    if not isinstance(people, list):
        return
    if len(people) > MAX_PEOPLE:
        yield ("people",), f"{len(people)} people, the limit is {MAX_PEOPLE}", "name those who decide, not everybody"
        return
    for index, person in enumerate(people):
        keys = person.get("keys") if isinstance(person, dict) else None
        for number, key in enumerate(keys if isinstance(keys, list) else ()):
            if isinstance(key, dict):
                yield from _key_problems(key, ("people", index, "keys", number))


def _key_problems(key: dict[str, object], loc: Location) -> Iterator[tuple[Location, str, str]]:
    for name in _TIMES:
        if name in key and not (name == "revoked_at" and key[name] is None):
            yield from _time_problems(key[name], (*loc, name))
    public = key.get("public")
    if isinstance(public, str):
        try:
            parse_key(public.encode("utf-8"), where="public")
        except ConfigError as fault:
            yield (*loc, "public"), fault.problem, fault.fix


def _time_problems(value: object, loc: Location) -> Iterator[tuple[Location, str, str]]:
    try:
        parse_rfc3339(value if isinstance(value, str) else repr(value))
    except ValueError as fault:
        yield loc, str(fault)[:200], "write it like 2026-01-02T03:04:05Z"
