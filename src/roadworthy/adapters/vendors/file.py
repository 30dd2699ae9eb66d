"""``vendors.yaml`` in, a `VendorFile` out: every problem at once, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter

from roadworthy.adapters.manifest.load import is_inside
from roadworthy.adapters.yaml_source import Location, combined, read_yaml, validated
from roadworthy.core.errors import ConfigError
from roadworthy.vendors.model import VendorFile

VENDORS_NAME = "vendors.yaml"

_ADAPTER = TypeAdapter(VendorFile)
_SECRET_HEADER = re.compile(r"authori[sz]ation|api[-_]?key|token|secret|cookie|password", re.IGNORECASE)
_VARIABLE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")
_NUMBERS = frozenset({"retention_days", "change_notice_days", "incident_notice_hours"})
_FIX = "correct the fields named above; docs/reference/vendor-format.md says what is allowed"


def load_vendors(path: Path) -> VendorFile:
    """Read the vendors in ``path``.

    Beyond the model's own rules it refuses documents outside the folder, addresses that are neither http nor https
    or hold a password, and credentials written into headers.

    Raises:
        ConfigError: With every problem found, each with its ``file:line:column``. Values of headers and addresses
            with credentials are never repeated.
    """
    located = read_yaml(path, error=ConfigError)
    problems = [
        ConfigError(f"{located.field_path(loc)}: {problem}", where=located.where(loc), fix=fix)
        for loc, problem, fix in _problems(located.data)
    ]
    try:
        found = validated(_ADAPTER, located, error=ConfigError, fix=_FIX)
    except ConfigError as fault:
        raise combined([fault, *problems]) from fault
    if problems:
        raise combined(problems)
    return found


def _problems(data: object) -> Iterator[tuple[Location, str, str]]:
    if not isinstance(data, dict) or not isinstance(data.get("vendors"), list):
        return
    for index, vendor in enumerate(data["vendors"]):
        if not isinstance(vendor, dict):
            continue
        yield from _numbers(vendor.get("contract"), ("vendors", index, "contract"))
        for place, terms in _items(vendor.get("terms")):
            yield from _document(terms, ("vendors", index, "terms", place))
        for place, alias in _items(vendor.get("aliases")):
            yield from _headers(alias.get("headers"), ("vendors", index, "aliases", place, "headers"))
            yield from _address(alias.get("url"), ("vendors", index, "aliases", place, "url"))


def _numbers(contract: object, loc: Location) -> Iterator[tuple[Location, str, str]]:
    """Refuse yes and no where a number is asked: read as one, *yes* would keep data for a day."""
    for name, value in contract.items() if isinstance(contract, dict) else ():
        if name in _NUMBERS and isinstance(value, bool):
            yield (
                (*loc, name),
                f"must be a number, got {'true' if value else 'false'}",
                "write the number, or leave it out",
            )


def _items(value: object) -> Iterator[tuple[int, dict[str, object]]]:
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield index, item


def _document(terms: dict[str, object], loc: Location) -> Iterator[tuple[Location, str, str]]:
    path = terms.get("path")
    if isinstance(path, str) and not is_inside(path):
        yield (*loc, "path"), f"{path[:200]!r} is not a path below the folder", "give a relative path without `..`"
    yield from _address(terms.get("url"), (*loc, "url"))


def _address(url: object, loc: Location) -> Iterator[tuple[Location, str, str]]:
    if not isinstance(url, str) or _VARIABLE.match(url):
        return
    if re.match(r"https?://[^\s/@]+(?:[/?#]|$)", url) is None:
        yield loc, "not an http or https address without a password", "write it like https://provider.example/terms"


def _headers(headers: object, loc: Location) -> Iterator[tuple[Location, str, str]]:
    for name, value in headers.items() if isinstance(headers, dict) else ():
        secret = isinstance(name, str) and _SECRET_HEADER.search(name) is not None
        if secret and isinstance(value, str) and not _VARIABLE.search(value):
            yield (*loc, name), "a credential is written into the file", "name a variable, like `Bearer ${KEY}`"
