"""How an index is set up: who may ask it, and whether several tenants share it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.lint.model import FileKind, Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.python_code import calls_of, keyword, mentions, says
from roadworthy.lint.settings import settings_in

_FILTERS = ("tenant_filter", "filter_by_tenant", "entitlement_filter", "entitlements", "acl_filter", "acl",
            "filter_by_user", "document_level_security", "enforce_acl", "tenant_isolation", "access_filter",
            "multi_tenancy_filter")  # fmt: skip
_OFF = (False, None, "", "none", "off", "disabled")
_MANY = ("multi_tenant", "multitenant", "multi_tenancy")
_PLACES = ("collection", "index", "namespace", "index_name", "collection_name", "table", "class")


def filter_off(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find tenant and entitlement filters that are switched off."""
    for setting in settings_in(file, *_FILTERS):
        value = setting.value.lower() if isinstance(setting.value, str) else setting.value
        if any(value is off or (isinstance(off, str) and value == off) for off in _OFF):
            said = f"`{setting.key}` is off: everybody's passages are found"
            yield Hit(line=setting.line, said=said, subject=f"{setting.owner}.{setting.key}")


def tenants_share(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find two tenants whose passages lie in one place, with no filter told for them."""
    for setting in settings_in(file, "tenants"):
        first: dict[tuple[object, ...], str] = {}
        for name, said in _entries(setting.value):
            place = tuple(said.get(key) for key in _PLACES)
            is_told_apart = any("filter" in str(key).lower() or str(key) == "partition" for key in said)
            if is_told_apart or all(value is None for value in place) or not all(_is_text(value) for value in place):
                continue
            other = first.setdefault(place, name)
            if other != name:
                text = (
                    f"tenants {other!r} and {name!r} share {next(value for value in place if value)!r} without a filter"
                )
                yield Hit(line=setting.line, said=text, subject=f"{other}:{name}")


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str)


def _entries(value: object) -> Iterator[tuple[str, dict[Any, Any]]]:
    if isinstance(value, dict):
        yield from ((str(name), said) for name, said in value.items() if isinstance(said, dict))
    elif isinstance(value, list):
        for index, said in enumerate(value):
            if isinstance(said, dict):
                yield str(said.get("name", said.get("id", said.get("key", index)))), said


def unseparated(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find retrieval for several tenants that names neither a filter nor a place of their own."""
    if mentions(file.text.lower(), "filter", "namespace", "partition", "per_tenant", "{tenant"):
        return
    for setting in settings_in(file, *_MANY):
        if setting.value is True:
            said = f"`{setting.key}` is on, and nothing says how tenants are kept apart"
            yield Hit(line=setting.line, said=said, subject=f"{setting.owner}.{setting.key}")


def open_store(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find stores that ask nobody who they are, or that anybody may empty."""
    if FileKind.PYTHON in file.kinds:
        if mentions(file.text, "allow_reset"):
            for call in calls_of(file.text):
                if says(keyword(call, "allow_reset"), True):
                    yield Hit(
                        line=call.lineno,
                        said="`allow_reset` is on: a caller may empty the store",
                        subject="allow_reset",
                    )
        return
    for setting in settings_in(file, "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED", "anonymous_access", "ALLOW_RESET"):
        value = setting.value.get("enabled") if isinstance(setting.value, dict) else setting.value
        if value is True or (isinstance(value, str) and value.lower() == "true"):
            said = f"`{setting.key}` is on: the store asks nobody who they are"
            yield Hit(line=setting.line, said=said, subject=setting.key)
