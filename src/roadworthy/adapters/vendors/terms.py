"""Digests of vendors' documents: of a file in the repository, or of what an address serves."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from roadworthy.adapters.vendors.alias import Resolved, Unresolved
from roadworthy.vendors.model import TermsWatch

MAX_BYTES = 32 * 1024 * 1024
TIMEOUT_S = 60.0
_CHUNK_BYTES = 64 * 1024
_FORBIDDEN_IN_URL = frozenset(map(chr, range(0x21))) | {"\x7f"}


async def look_at_terms(watch: TermsWatch, *, root: Path) -> Resolved | Unresolved:
    """Return the digest of a document as it is now, over its bytes.

    An address is asked once, without cookies, proxies or redirects: a page that moved is another document.
    """
    if watch.path is not None:
        return _of_file(root, watch.path)
    return await _of_address(watch.url or "")


def _of_file(root: Path, name: str) -> Resolved | Unresolved:
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        return Unresolved(reason=f"{name} leads out of the repository")
    hashed, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                size += len(chunk)
                if size > MAX_BYTES:
                    return Unresolved(reason=f"{name} is larger than {MAX_BYTES} bytes")
                hashed.update(chunk)
    except OSError as error:
        return Unresolved(reason=f"{name} cannot be read: {error.strerror or type(error).__name__}")
    return Resolved(value=f"sha256:{hashed.hexdigest()}", place=name)


async def _of_address(url: str) -> Resolved | Unresolved:
    place = _place(url)
    if place is None:
        return Unresolved(reason="the address is not http or https, or holds a password")
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(url, allow_redirects=False, headers={"Accept-Encoding": "identity"}) as answer,
        ):
            if answer.status != 200:
                return Unresolved(reason=_status(answer.status))
            return await _digest(answer, place)
    except TimeoutError:
        return Unresolved(reason=f"timeout after {TIMEOUT_S:g} s")
    except (aiohttp.ClientError, OSError, ValueError) as fault:
        # The library's own words may hold the address with what is in it.
        return Unresolved(reason=f"it cannot be fetched: {type(fault).__name__}")


async def _digest(answer: aiohttp.ClientResponse, place: str) -> Resolved | Unresolved:
    hashed, size = hashlib.sha256(), 0
    async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
        size += len(chunk)
        if size > MAX_BYTES:
            return Unresolved(reason=f"it is larger than {MAX_BYTES} bytes")
        hashed.update(chunk)
    if not size:
        return Unresolved(reason="it is empty")
    return Resolved(value=f"sha256:{hashed.hexdigest()}", place=place)


def _status(status: int) -> str:
    if 300 <= status < 400:
        return f"HTTP {status}: redirects are not followed; give the address that it leads to"
    return f"HTTP {status}"


def _place(url: str) -> str | None:
    """Return scheme, host, port and path of an address; None where it is none that may be asked."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    wrong = _FORBIDDEN_IN_URL & set(url) or parts.username is not None or parts.password is not None
    if wrong or parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    return f"{parts.scheme}://{parts.hostname}{f':{port}' if port else ''}{parts.path}"
