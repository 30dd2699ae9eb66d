"""Where a server is and which document it is asked for; what would leak a secret, or is no address, is refused."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from roadworthy.core.errors import ConfigError

DEFAULT_PATH = "roadworthy/decision"

_SEGMENT = re.compile(r"[A-Za-z0-9_.~-]+")
_CONTROL = re.compile(r"[\x00-\x20\x7f]")


def place_of(url: str, *, plain_http: bool) -> str:
    """Return scheme, host, port and path of ``url``.

    Raises:
        ConfigError: If it is no http(s) address, holds a credential, or would send facts in the clear.
    """
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        raise _no_address() from None
    if parts.scheme not in ("http", "https") or not parts.hostname or _CONTROL.search(url):
        raise _no_address()
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ConfigError(
            "the address holds a user, a query or a fragment",
            where="--url",
            fix="give scheme, host and port only; a token comes from the environment (--token-env)",
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if parts.scheme == "http" and not plain_http and not _is_this_machine(parts.hostname):
        raise ConfigError(
            f"http://{host} would send the facts and the token in the clear",
            where="--url",
            fix="use https, or say --plain-http where the network is trusted",
        )
    return f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}"


def _no_address() -> ConfigError:
    # The address is not repeated: somebody may have put a credential in it.
    return ConfigError("the address is no http or https address", where="--url", fix="write https://host:8181")


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def document_at(path: str) -> str:
    """Return ``path`` as it stands below ``/v1/data/``.

    Raises:
        ConfigError: If it is no path of a document.
    """
    segments = path.strip("/").removeprefix("v1/data/").split("/")
    if any(_SEGMENT.fullmatch(segment) is None or segment in (".", "..") for segment in segments):
        raise ConfigError(
            f"{path!r} is no path of a document",
            where="--path",
            fix=f"write it like {DEFAULT_PATH}: names with slashes between them",
        )
    return "/".join(segments)


def require_token(token: str) -> str:
    """Return ``token``, which is not shown in the error.

    Raises:
        ConfigError: If no header can carry it.
    """
    if _CONTROL.search(token) or not token.isascii():
        raise ConfigError(
            "the token holds a character that no header may have",
            where="--token-env",
            fix="set the variable to the token alone, without a line break",
        )
    return token
