"""A manifest as the text that a person edits: pretty, commented, and read back unchanged."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass

from roadworthy.adapters.yaml_source import Location
from roadworthy.core.digest import JsonValue, plain
from roadworthy.inventory.draft import Draft
from roadworthy.inventory.model import Manifest

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./@+-]*(?: [A-Za-z0-9_./@+()-]+)*")
_RESERVED = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_WIDTH = 100

Notes = Mapping[Location, Sequence[str]]


def manifest_yaml(manifest: Manifest | Draft) -> str:
    """Return ``manifest`` as YAML that `load_manifest` reads back to the same value.

    Facts that are not stated are left out. A draft's notes become comments: those
    about a field stand above it, those about a field that is left out at the end of
    its mapping.
    """
    draft = manifest if isinstance(manifest, Draft) else Draft(manifest=manifest, header=(), notes=())
    notes: dict[Location, list[str]] = {}
    for loc, text in draft.notes:
        notes.setdefault(loc, []).append(text)
    data = _stated(draft.manifest)
    lines = [f"# {line}".rstrip() for text in draft.header for line in text.splitlines() or [""]]
    lines += _mapping(data, (), "", notes)
    return "\n".join(lines) + "\n"


def _stated(value: object) -> dict[str, JsonValue]:
    """Return a value's fields as JSON values, without those that are as if not written."""
    found: dict[str, JsonValue] = {}
    for field in fields(value) if is_dataclass(value) else ():
        content = getattr(value, field.name)
        if field.name in {"type", "schema"}:
            found[field.name] = plain(content)
        elif is_dataclass(content):
            inner = _stated(content)
            if inner:
                found[field.name] = inner
        elif isinstance(content, tuple) and content and all(is_dataclass(item) for item in content):
            found[field.name] = [_stated(item) for item in content]
        elif not _is_default(field, content):
            found[field.name] = plain(content)
    return found


def _is_default(field: object, content: object) -> bool:
    default = getattr(field, "default", None)
    factory = getattr(field, "default_factory", None)
    return content == default or (callable(factory) and content == factory())


def _mapping(data: Mapping[str, JsonValue], loc: Location, indent: str, notes: Notes) -> list[str]:
    lines: list[str] = []
    for key, value in data.items():
        at = (*loc, key)
        if not loc and lines:
            lines.append("")
        lines += _comments(notes.get(at, ()), indent)
        lines += _entry(f"{indent}{_scalar(key)}:", value, at, indent, notes)
    left_out = [text for at, texts in notes.items() if at[:-1] == loc and at and at[-1] not in data for text in texts]
    return lines + _comments(left_out, indent)


def _entry(start: str, value: JsonValue, loc: Location, indent: str, notes: Notes) -> list[str]:
    flow = _flow(value, loc, notes)
    if flow is not None and len(start) + len(flow) < _WIDTH:
        return [f"{start} {flow}"]
    if isinstance(value, dict):
        return [start, *_mapping(value, loc, f"{indent}  ", notes)]
    if isinstance(value, list | tuple):
        return [start, *_sequence(value, loc, f"{indent}  ", notes)]
    if isinstance(value, str) and "\n" in value and _is_block(value):
        body = [f"{indent}  {line}".rstrip() for line in value.split("\n")]
        return [f"{start} |-", *body]
    return [f"{start} {_scalar(value)}"]


def _sequence(items: Sequence[JsonValue], loc: Location, indent: str, notes: Notes) -> list[str]:
    lines: list[str] = []
    for index, item in enumerate(items):
        at = (*loc, index)
        if loc == ("components",) and index:
            lines.append("")
        lines += _comments(notes.get(at, ()), indent)
        if isinstance(item, dict) and item:
            first, *rest = _mapping(item, at, f"{indent}  ", notes)
            lines += [f"{indent}- {first.lstrip()}", *rest]
        elif isinstance(item, list | tuple) and item:
            lines += [f"{indent}- {_json_flow(item)}"]
        else:
            lines += _entry(f"{indent}-", item, at, indent, notes)
    return lines


def _flow(value: JsonValue, loc: Location, notes: Notes) -> str | None:
    """Return a short list or mapping of scalars on one line; None when it is better written as a block."""
    inner = any(at[: len(loc)] == loc and len(at) > len(loc) for at in notes)
    if isinstance(value, dict):
        if value and (inner or any(isinstance(v, dict | list | tuple) and v for v in value.values())):
            return None
        return "{" + ", ".join(f"{_scalar(k)}: {_scalar(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        if value and (inner or any(isinstance(v, dict | list | tuple) for v in value)):
            return None
        return "[" + ", ".join(_scalar(item) for item in value) + "]"
    return None if isinstance(value, str) and "\n" in value and _is_block(value) else _scalar(value)


def _json_flow(value: JsonValue) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(k)}: {_json_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_json_flow(item) for item in value) + "]"
    return _quoted(value) if isinstance(value, str) else _scalar(value)


def _scalar(value: JsonValue) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            safe = _PLAIN.fullmatch(value) is not None and value.lower() not in _RESERVED
            return value if safe else _quoted(value)
        case dict():
            return "{}"
        case _:
            return "[]"


def _quoted(text: str) -> str:
    escaped = json.dumps(text, ensure_ascii=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", escaped)


def _is_block(text: str) -> bool:
    """Return whether a literal block keeps ``text`` as it is."""
    lines = text.split("\n")
    return (
        not _UNSAFE.search(text.replace("\n", ""))
        and not text.endswith("\n")
        and bool(lines[0])
        and not lines[0].startswith(" ")
        and all(line == line.rstrip() for line in lines)
    )


def _comments(texts: Sequence[str], indent: str) -> list[str]:
    return [f"{indent}# {_UNSAFE.sub(' ', line)}" for text in texts for line in text.splitlines()]
