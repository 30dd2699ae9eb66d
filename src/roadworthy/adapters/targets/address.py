"""Where an HTTP target is and what identifies us to it. Credentials never show in text, errors or digests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from roadworthy.core.errors import ConfigError, ManifestError
from roadworthy.inventory.model import TargetSpec

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A resolved URL with the headers to send."""

    url: str = field(repr=False)
    """May hold a credential in its query or user part."""

    headers: Mapping[str, str] = field(repr=False)
    place: str
    """Scheme, host, port and path: what may be shown and digested."""


def resolve_address(spec: TargetSpec, *, environ: Mapping[str, str], suffix: str = "") -> Address:
    """Fill in environment variables and check that the result can be contacted.

    Args:
        spec: The manifest's entry.
        environ: Where ``${NAME}`` is looked up.
        suffix: Path that a base URL is completed with, unless it ends so already.

    Raises:
        ManifestError: If there is no URL or a header's name is not one.
        ConfigError: If a variable is missing, or what came of the template is no
            http(s) URL or header value. The value itself is never shown.
    """
    if not spec.url:
        raise ManifestError(
            f"target {spec.key!r} of kind `{spec.kind}` has no `url`", where=_at(spec), fix="give its address"
        )
    _require_variables(spec, environ)
    url = _filled(spec.url, environ).rstrip("/") if suffix else _filled(spec.url, environ)
    if suffix and not url.endswith(suffix):
        url += suffix
    headers = {name: _filled(value, environ) for name, value in spec.headers.items()}
    _check_headers(spec, headers)
    return Address(url=url, headers=headers, place=_place(spec, url))


def _require_variables(spec: TargetSpec, environ: Mapping[str, str]) -> None:
    wanted = [name for text in (spec.url or "", *spec.headers.values()) for name in _VARIABLE.findall(text)]
    missing = sorted({name for name in wanted if name not in environ})
    if missing:
        raise ConfigError(
            f"target {spec.key!r} needs the environment variable {', '.join(missing)}, which is not set",
            where=_at(spec),
            fix=f"export {missing[0]}=…",
        )


def _check_headers(spec: TargetSpec, headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if _HEADER_NAME.fullmatch(name) is None:
            raise ManifestError(f"{name!r} is not a header's name", where=f"{_at(spec)}.headers", fix="correct it")
        if _CONTROL.search(value):
            raise ConfigError(
                f"the value of header {name!r} holds a control character",
                where=f"{_at(spec)}.headers",
                fix="remove the line break from the environment variable",
            )


def _place(spec: TargetSpec, url: str) -> str:
    wrong = ConfigError(
        f"target {spec.key!r}: the `url` is not an http or https address",
        where=f"{_at(spec)}.url",
        fix="write it like http://127.0.0.1:8080/v1",
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or _CONTROL.search(url):
        raise wrong
    return f"{parts.scheme}://{parts.hostname}{f':{port}' if port else ''}{parts.path}"


def _filled(text: str, environ: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: environ[found[1]], text)


def _at(spec: TargetSpec) -> str:
    return f"targets.{spec.key}"
