"""Takes a JSON schema apart into the leaves that a call's arguments or a result can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MAX_DEPTH = 5
"""Levels that are followed; what lies below is held to the line above it."""

MAX_LEAVES = 400
"""Leaves that are followed in one schema."""

_TYPES = {
    "string": "string",
    "str": "string",
    "integer": "integer",
    "int": "integer",
    "number": "number",
    "float": "number",
    "boolean": "boolean",
    "bool": "boolean",
    "array": "array",
    "list": "array",
    "object": "object",
    "dict": "object",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A place in a schema that holds a value."""

    path: str
    """``to``, ``guests/*/email``; empty: the whole value."""

    type: str = ""
    """Of the value, or of each item of a list; empty: not stated, or several."""

    is_list: bool = False
    is_required: bool = False
    description: str = ""
    format: str = ""
    one_of: tuple[str | int | float | bool, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    max_chars: int | None = None
    max_items: int | None = None
    is_open: bool = False
    """Whether it is an object whose members are not stated."""

    @property
    def name(self) -> str:
        """Its own name, without where it stands; of items of a list, the list's."""
        return next((part for part in reversed(self.path.split("/")) if part != "*"), "")


def leaves(schema: Mapping[str, Any]) -> tuple[Leaf, ...]:
    """Return the leaves of ``schema``, in order.

    >>> found = leaves({"properties": {"to": {"type": "array", "items": {"type": "string"}}}, "required": ["to"]})
    >>> found[0].path, found[0].type, found[0].is_list, found[0].is_required
    ('to', 'string', True, True)
    """
    found: list[Leaf] = []
    for leaf in _walk(schema, path="", root=schema, required=True, depth=0):
        found.append(leaf)
        if len(found) >= MAX_LEAVES:
            break
    return tuple(found)


def _walk(
    schema: Any, *, path: str, root: Mapping[str, Any], required: bool, depth: int, said: str = "", listed: bool = False
) -> Iterator[Leaf]:
    node = _resolved(schema, root=root)
    description = " ".join(part for part in (said, _text(node.get("description"))) if part)
    properties = node.get("properties")
    if isinstance(properties, dict) and properties and depth < MAX_DEPTH:
        needed = node.get("required")
        names = needed if isinstance(needed, list) else []
        for name, one in properties.items():
            if not _is_name(name):
                continue
            below = f"{path}/{name}" if path else str(name)
            is_needed = required and not listed and name in names
            yield from _walk(one, path=below, root=root, required=is_needed, depth=depth + 1)
        return
    if _type(node) == "array" and depth < MAX_DEPTH:
        items = _resolved(node.get("items"), root=root)
        if isinstance(items.get("properties"), dict):
            yield from _walk(
                items,
                path=f"{path}/*" if path else "*",
                root=root,
                required=False,
                depth=depth + 1,
                said=description,
                listed=True,
            )
            return
        yield _leaf(items, path=path, required=required, said=description, whole=node)
        return
    if path or _type(node) not in ("", "object"):
        yield _leaf(node, path=path, required=required, said=said, whole=None)


def _leaf(node: Mapping[str, Any], *, path: str, required: bool, said: str, whole: Mapping[str, Any] | None) -> Leaf:
    kind = _type(node)
    one_of = node.get("enum") if isinstance(node.get("enum"), list) else [node["const"]] if "const" in node else []
    items = whole.get("maxItems") if whole is not None else None
    return Leaf(
        path=path,
        type=kind,
        is_list=whole is not None,
        is_required=required,
        description=" ".join(part for part in (said, _text(node.get("description"))) if part),
        format=_text(node.get("format")).lower(),
        one_of=tuple(one for one in one_of or () if isinstance(one, str | int | float)),
        minimum=_number(node, "minimum", "exclusiveMinimum"),
        maximum=_number(node, "maximum", "exclusiveMaximum"),
        max_chars=_count(node.get("maxLength")),
        max_items=_count(items),
        is_open=kind == "object",
    )


def _resolved(schema: Any, *, root: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema with its reference followed and its *or nothing* left out."""
    node: dict[str, Any] = dict(schema) if isinstance(schema, dict) else {}
    for _ in range(MAX_DEPTH):
        reference = node.pop("$ref", None)
        if isinstance(reference, str):
            node = {**_pointed(reference, root=root), **node}
            continue
        node = _with_members(node, root=root)
        either = node.get("anyOf") or node.get("oneOf") or node.get("allOf")
        some = [one for one in either or [] if isinstance(one, dict) and one.get("type") != "null"]
        if len(some) != 1:
            return node
        node = {**some[0], **{key: value for key, value in node.items() if key not in ("anyOf", "oneOf", "allOf")}}
    return node


def _with_members(node: dict[str, Any], *, root: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object with the members of all that it is put together of; only `allOf` says what is required."""
    for key in ("allOf", "anyOf", "oneOf"):
        said = node.get(key)
        if not isinstance(said, list) or len(said) > MAX_LEAVES:
            continue
        objects = [_referred(one, root=root) for one in said if isinstance(one, dict) and one.get("type") != "null"]
        if not objects or not all(isinstance(one.get("properties"), dict) for one in objects):
            continue
        own = node.get("properties")
        members = {name: one for each in objects for name, one in each["properties"].items()}
        needed = [name for each in objects for name in each.get("required") or () if key == "allOf"]
        stated = node.get("required")
        node = {
            **{name: one for name, one in node.items() if name != key},
            "properties": {**members, **(own if isinstance(own, dict) else {})},
            "required": [*needed, *(stated if isinstance(stated, list) else ())],
        }
    return node


def _referred(node: Mapping[str, Any], *, root: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = node.get("$ref")
    return _pointed(reference, root=root) if isinstance(reference, str) else node


def _pointed(reference: str, *, root: Mapping[str, Any]) -> dict[str, Any]:
    node: Any = root
    for part in reference.removeprefix("#").strip("/").split("/"):
        node = node.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(node, dict) else None
    return dict(node) if isinstance(node, dict) else {}


def _is_name(name: object) -> bool:
    """Return whether a line of a policy can name this member; one that it cannot has no line, and is denied."""
    return isinstance(name, str) and 0 < len(name) <= 64 and "/" not in name and "*" not in name


def _type(node: Mapping[str, Any]) -> str:
    stated = node.get("type")
    kinds = [stated] if isinstance(stated, str) else [one for one in stated or () if one != "null"]
    if len(kinds) != 1 or not isinstance(kinds[0], str):
        return ""
    return _TYPES.get(kinds[0].lower(), "")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(node: Mapping[str, Any], *keys: str) -> float | None:
    found = [node[key] for key in keys if isinstance(node.get(key), int | float) and not isinstance(node[key], bool)]
    return found[0] if found else None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
