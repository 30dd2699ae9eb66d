"""An address as a browser would read it: its host, whatever tricks it was written with."""

from __future__ import annotations

import html
import re
import sys
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

_PARTS = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(?P<slashes>[/\\]*)(?P<authority>[^/\\?#]*)"
    r"(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.DOTALL,
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7};?|#[xX][0-9A-Fa-f]{1,6};?|[A-Za-z][A-Za-z0-9]{1,30};)")
_IN_MARKDOWN = re.compile(r"\\([!-/:-@\[-`{-~])")
_IN_CSS = re.compile(r"\\(?:([0-9A-Fa-f]{1,6})[ \t\r\n\f]?|([^0-9A-Fa-f\r\n\f]))")
_LEAVES = re.compile(r"(?:https?|ftps?|wss?|javascript|vbscript|data|file|blob):|[/\\]{2}", re.IGNORECASE)
_PORT = re.compile(r":[0-9]*\Z")
_NUMBER = r"(?:0[xX][0-9a-fA-F]*|[0-9]+)"
_IP4 = re.compile(rf"{_NUMBER}(?:\.{_NUMBER}){{0,3}}\.?")
_PLAIN_IP4 = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}")
_LOCAL = re.compile(
    r"localhost|127\.[0-9.]+|10\.[0-9.]+|192\.168\.[0-9.]+|172\.(?:1[6-9]|2[0-9]|3[01])\.[0-9.]+|0\.0\.0\.0"
    r"|169\.254\.[0-9.]+|\[::1?\]|\[f[cde][0-9a-f]{2}:[0-9a-f:]*\]"
)
_MAX_HOST = 1_000
_MAX_BEGINNING = 400
"""Characters in which an address says whether it has a scheme or a host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address in parts. Nothing of it goes into a log."""

    scheme: str
    """In lower case; empty where it is the page's."""

    host: str
    """In lower case, NFKC, percent-decoded, labels of international names in Unicode; without port and final dot."""

    has_userinfo: bool
    """Whether something stands before an ``@``: what looks like the host there is none."""

    path: str
    query: str
    fragment: str

    @property
    def labels(self) -> list[str]:
        """Labels of the host, from the left."""
        return self.host.split(".")

    @property
    def is_ip(self) -> bool:
        """Whether the host is an IP address, however it is written."""
        return self.host.startswith("[") or _IP4.fullmatch(self.host) is not None

    @property
    def is_odd_ip(self) -> bool:
        """Whether it is an IP address that is written so that it does not look like one."""
        return self.is_ip and not self.host.startswith("[") and _PLAIN_IP4.fullmatch(self.host) is None

    @property
    def is_local(self) -> bool:
        """Whether it is a plain address of the same machine or network."""
        return _LOCAL.fullmatch(self.host) is not None


def parsed(raw: str) -> Address:
    """Return the parts of ``raw``, read as browsers do: backslashes are slashes, tabs and line breaks are nothing.

    Source:
        URL Living Standard, section 4.4 (basic URL parser) and 3.5 (IPv4 parser).

    >>> parsed("https://good.example@evil.example/x?y").host
    'evil.example'
    >>> parsed("http://0x7f.1/").is_odd_ip
    True
    """
    match = _PARTS.match(_cleaned(raw))
    parts = match.groupdict(default="") if match is not None else {}
    authority = parts.get("authority", "")
    path = parts.get("path", "")
    userinfo, at, host = authority.rpartition("@")
    return Address(
        scheme=parts.get("scheme", "").lower(),
        host=_host(host[:_MAX_HOST]),
        has_userinfo=bool(at and userinfo) or (path.startswith("\\") and "@" in path.split("/", 1)[0]),
        path=path,
        query=parts.get("query", ""),
        fragment=parts.get("fragment", ""),
    )


def readings(raw: str) -> tuple[str, ...]:
    r"""Return ``raw`` and, where it has backslashes, what Markdown and a style sheet make of it.

    >>> readings(r"https\://a.example")
    ('https\\://a.example', 'https://a.example')
    """
    if "\\" not in raw:
        return (raw,)
    return tuple(dict.fromkeys((raw, _IN_MARKDOWN.sub(r"\1", raw), _IN_CSS.sub(_css_character, raw))))


def leaves(reading: str) -> bool:
    """Return whether ``reading`` names a host, or a scheme that is code or data, rather than a place on the same host.

    >>> leaves("&#104;ttps://a.example"), leaves("/docs?a=1&amp;b=2")
    (True, False)
    """
    return _LEAVES.match(_cleaned(reading[:_MAX_BEGINNING])) is not None


def _cleaned(raw: str) -> str:
    text = _ENTITY.sub(lambda match: html.unescape(match[0]), raw) if "&" in raw else raw
    return re.sub(r"\A[\x00-\x20]+|[\t\r\n]", "", text)


def _css_character(match: re.Match[str]) -> str:
    if match[1] is None:
        return match[2]
    point = int(match[1], 16)
    return chr(point) if 0 < point <= sys.maxunicode else "\ufffd"


def _host(written: str) -> str:
    host = unicodedata.normalize("NFKC", unquote(_PORT.sub("", written))).lower()
    host = host.replace("\u3002", ".").replace("\uff0e", ".").rstrip(".")
    return ".".join(_label(label) for label in host.split(".")) if "xn--" in host else host


def _label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label
