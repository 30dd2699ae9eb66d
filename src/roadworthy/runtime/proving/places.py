"""Where an edit of a manifest goes: a path of fields, with components found by what they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_COMPONENTS = re.compile(r"components\[(?P<all>\*?)(?P<conditions>[^\]]+)\](?P<rest>(?:\.[A-Za-z0-9_-]+)*)")
_CONDITION = re.compile(r"(?P<field>[a-z_]+)(?P<sign>!?=)(?P<value>.+)")


class NoPlaceError(Exception):
    """An edit has no place in this system."""


def edited(data: dict[str, Any], at: str, *, value: Any, remove: bool, unless_stated: bool = False) -> None:
    """Set or remove the field of a manifest that ``at`` names, in place.

    Args:
        data: The manifest as plain data.
        at: As in `roadworthy.policy.faults.SetField`.
        value: The new value.
        remove: Whether the field is taken out instead.
        unless_stated: Whether a field that is there stays as it is.

    Raises:
        NoPlaceError: If no component matches, or a field on the way is no mapping.

    >>> manifest = {"system": {"owner": "we"}, "components": [{"type": "tool", "scopes": ["a:read"]}]}
    >>> edited(manifest, "components[type=tool].scopes", value=["*"], remove=False)
    >>> edited(manifest, "system.owner", value=None, remove=True)
    >>> manifest
    {'system': {}, 'components': [{'type': 'tool', 'scopes': ['*']}]}
    """
    whole = _COMPONENTS.fullmatch(at)
    if remove and whole is not None and not whole["rest"]:
        _take_out(data, whole["conditions"])
        return
    for holder, field in _holders(data, at):
        if remove:
            if field not in holder:
                raise NoPlaceError(f"`{at}` is not stated")
            del holder[field]
        elif not (unless_stated and field in holder):
            holder[field] = value


def matching(data: dict[str, Any], conditions: str) -> list[dict[str, Any]]:
    """Return the components that meet ``conditions``, such as ``type=tool&side_effects!=read``.

    Raises:
        NoPlaceError: If a condition cannot be read.
    """
    tests = [_test(text) for text in conditions.split("&")]
    components = data.get("components")
    return [
        component
        for component in (components if isinstance(components, list) else [])
        if isinstance(component, dict) and all(test(component) for test in tests)
    ]


def _take_out(data: dict[str, Any], conditions: str) -> None:
    """Remove the components that match, and what the others say of using them."""
    found = matching(data, conditions)
    if not found:
        raise NoPlaceError(f"no component has {conditions}")
    gone = {component.get("key") for component in found}
    data["components"] = [one for one in data["components"] if one.get("key") not in gone]
    for component in data["components"]:
        if "uses" in component:
            component["uses"] = [key for key in component["uses"] if key not in gone]


def _holders(data: dict[str, Any], at: str) -> list[tuple[dict[str, Any], str]]:
    found = _COMPONENTS.fullmatch(at)
    if found is None:
        return [_inner(data, at.split("."), at=at)]
    components = matching(data, found["conditions"])
    if not components:
        raise NoPlaceError(f"no component has {found['conditions']}")
    fields = found["rest"].split(".")[1:]
    if not fields:
        raise NoPlaceError(f"`{at}` names no field")
    chosen = components if found["all"] else components[:1]
    return [_inner(component, fields, at=at) for component in chosen]


def _inner(holder: dict[str, Any], fields: list[str], *, at: str) -> tuple[dict[str, Any], str]:
    *way, last = fields
    for field in way:
        step = holder.setdefault(field, {})
        if not isinstance(step, dict):
            raise NoPlaceError(f"`{at}` leads through `{field}`, which is no mapping")
        holder = step
    return holder, last


def _test(text: str) -> Callable[[dict[str, Any]], bool]:
    found = _CONDITION.fullmatch(text)
    if found is None:
        raise NoPlaceError(f"{text!r} is no condition on a component")
    field, value, wanted = found["field"], found["value"], found["sign"] == "="

    def holds(component: dict[str, Any]) -> bool:
        stated = component.get(field)
        values = stated if isinstance(stated, list) else [stated]
        said = {
            ("true" if one else "false") if isinstance(one, bool) else str(one) for one in values if one is not None
        }
        return (value in said) is wanted

    return holds
