"""Addresses on networks: e-mail, IP, MAC, URLs and handles. Also e-mail addresses that are spelled out."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from roadworthy.sensitive.personal.context import NUMBER_OF, near
from roadworthy.sensitive.personal.forms.words import Topic
from roadworthy.sensitive.personal.kind import CHECKED, SHAPED, TOLD, Found, Kind

_LOCAL = re.compile(r"[\w.+%&'-]{1,64}")
_QUOTED = re.compile(r'"[^"\n@]{1,64}"$')
_DOMAIN = re.compile(
    r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}(?:[^\W\d_]{2,24}|xn--[a-z0-9-]{2,24})(?![\w@])|\[[0-9.]{7,15}\]"
)
_DOMAIN_MOST = 128
EMAIL_MOST = 64 + 1 + _DOMAIN_MOST

_AT = r"\s{0,2}[\[({<]\s?(?:at|arroba|ät|a|@|chez|małpa)\s?[\])}>]\s{0,2}|\s(?:at|AT|arroba|chiocciola|małpa)\s"
_DOT = (
    r"\s{0,2}[\[({<]\s?(?:dot|punkt|point|punto|ponto|punt|kropka|\.)\s?[\])}>]\s{0,2}|\s(?:dot|DOT|punkt|punto"
    r"|ponto|kropka)\s|\."
)
_SPELLED = re.compile(
    rf"(?<![\w.])[\w+-]{{1,32}}(?:(?:{_DOT})[\w+-]{{1,32}}){{0,3}}(?:{_AT})[\w-]{{1,63}}(?:(?:{_DOT})[\w-]{{1,63}}){{0,3}}(?:{_DOT})"
    r"(?:com|org|net|edu|gov|info|biz|io|co|us|uk|de|fr|es|it|nl|pl|pt|br|eu|ch|at|be|se|no|dk|fi|cz|ru|in|au|ca|jp"
    r"|cn|me|app|dev|ai)\b",
    re.IGNORECASE,
)
_SIGN = re.compile(_AT, re.IGNORECASE)
_SPELLED_BEFORE, _SPELLED_AFTER = 80, 140

_IPV4 = re.compile(
    r"(?<![\w.])(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}"
    r"|[1-9]?[0-9])(?:/[0-9]{1,2})?(?![\w]|\.[0-9])"
)
_DOTTED = re.compile(r"\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]")
_IPV6 = re.compile(
    r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{1,4}"
    r"|(?:[0-9]{1,3}\.){3}[0-9]{1,3})?(?:%[0-9A-Za-z]{1,15})?(?:/[0-9]{1,3})?(?![\w:])"
)
_MAC = re.compile(
    r"(?<![\w:-])(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?![\w:-])"
    r"|(?<![\w:-])(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}(?![\w:-])"
    r"|(?<![\w.])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?!\w|\.\w)"
)
_VERSION = re.compile(
    r"(?:version|release|build|firmware|driver|\bv|\bver|section|§|chapter|rev)[ .:=]{0,3}$", re.IGNORECASE
)
_NETWORK = NUMBER_OF[Topic.NETWORK]
_SMALL = 20
"""Four numbers below it are more often a version or a section than an address."""

_FEW = 5
"""Digits below which what looks like a short address of version 6 is more often a slice, as in ``[::2]``."""

URL_MOST = 512
_SCHEME = re.compile(
    r"(?:https?|ftps?|sftp|ssh|wss?|git|s3|file)://[^\s<>\"'`|\\^{}]{1,500}|www\.[^\s<>\"'`|\\^{}]{3,500}",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?<![\w@./-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}"
    r"(?:com|org|net|edu|gov|mil|info|biz|io|co|us|uk|de|fr|es|it|nl|pt|br|eu|ch|at|be|se|no|dk|fi|cz|ru|in|au|ca|jp"
    r"|cn|kr|mx|ar|cl|pl|gr"
    r"|tr|ua|ro|hu|ie|il|za|nz|sg|hk|tw|th|vn|id|my|ph|app|dev|xyz|online|shop|site|tech|store|blog|cloud|me|tv|ai"
    r"|ly|gl|be)"
    r"(?![\w@-]|\.\w|\()(?::[0-9]{2,5})?(?:/[^\s<>\"'`|\\^{}]{0,400})?",
    re.IGNORECASE,
)
_TOP_LEVEL = re.compile(r"\.[^\W\d_]{2}")
_AFTER_URL = ".,;:!?)]}'\"*…»”’"
_HANDLE = re.compile(r"@(?<![\w@./]@)[A-Za-z_][A-Za-z0-9_.]{1,29}(?![\w@])")


def emails(text: str) -> Iterator[Found]:
    """Yield the e-mail addresses."""
    at = text.find("@")
    while at >= 0:
        quoted = _QUOTED.search(text, max(at - 66, 0), at) if text[at - 1 : at] == '"' else None
        if quoted is not None and (domain := _DOMAIN.match(text, at + 1, at + 1 + _DOMAIN_MOST)):
            yield Found(quoted.start(), domain.end(), Kind.EMAIL, 1.0, rank=CHECKED)
        before = _LOCAL.match(text[max(at - 65, 0) : at][::-1])
        domain = _DOMAIN.match(text, at + 1, at + 1 + _DOMAIN_MOST) if before else None
        if before and domain:
            local = before.group()[::-1].lstrip(".'%&-")
            if local and not local.endswith("."):
                yield Found(at - len(local), domain.end(), Kind.EMAIL, 1.0, rank=CHECKED)
        at = text.find("@", at + 1)


def spelled_emails(text: str) -> Iterator[Found]:
    """Yield the e-mail addresses that are spelled out, as in ``name [at] host dot com``."""
    for sign in _SIGN.finditer(text):
        start, end = sign.span()
        found = _SPELLED.search(text, max(start - _SPELLED_BEFORE, 0), min(end + _SPELLED_AFTER, len(text)))
        if found is not None and found.start() < start and found.end() > end:
            yield Found(*found.span(), Kind.EMAIL, 0.8, name="spelled out", rank=SHAPED)


def ip_addresses(text: str, folded: str, *, with_private: bool) -> Iterator[Found]:
    """Yield the addresses of both versions; those of private and reserved networks where they are wanted."""
    first = _DOTTED.search(text) if text.count(".") >= 3 else None
    if first is not None:
        # Nothing before the first three digits of the first one is a part of one.
        for found in _IPV4.finditer(text, max(first.start() - 3, 0)):
            start, end = found.span()
            numbers = found.group().partition("/")[0].split(".")
            if _VERSION.search(text, max(start - 12, 0), start):
                continue
            is_doubtful = numbers[0] == "0" or (
                numbers[0] != "10" and "/" not in found.group() and max(map(int, numbers)) < _SMALL
            )
            if is_doubtful and _NETWORK not in near(folded, start=start, end=end):
                continue
            if with_private or ipaddress.IPv4Address(".".join(numbers)).is_global:
                yield Found(start, end, Kind.IP_ADDRESS, 0.9, name="IPv4", rank=CHECKED)
    if text.count(":") >= 2:
        yield from _version_6(text, folded, with_private=with_private)


def _version_6(text: str, folded: str, *, with_private: bool) -> Iterator[Found]:
    for found in _IPV6.finditer(text, max(text.index(":") - 4, 0)):
        start, end = found.span()
        value = found.group().partition("/")[0].partition("%")[0]
        if "::" not in value and value.count(":") < 6:
            continue
        if value.endswith(":") and not value.endswith("::"):
            value, end = value[:-1], end - 1
        if not any(c.isdigit() for c in value) or (
            sum(c != ":" for c in value) < _FEW and _NETWORK not in near(folded, start=start, end=end)
        ):
            continue
        try:
            address = ipaddress.IPv6Address(value)
        except ValueError:
            continue
        if with_private or address.is_global:
            yield Found(start, end, Kind.IP_ADDRESS, 0.9, name="IPv6", rank=CHECKED)


def mac_addresses(text: str) -> Iterator[Found]:
    """Yield the hardware addresses."""
    for found in _MAC.finditer(text):
        value = found.group()
        if len(set(value)) > 2 and ("." not in value or any(c.isdigit() for c in value)):
            yield Found(*found.span(), Kind.MAC_ADDRESS, 0.9, rank=CHECKED)


def urls(text: str, *, is_told: bool) -> Iterator[Found]:
    """Yield the URLs, and names of hosts under well-known top-level domains."""
    if is_told:
        for found in _SCHEME.finditer(text):
            start = found.start()
            value = found.group().rstrip(_AFTER_URL)
            if len(value) > len("ftp://"):
                yield Found(start, start + len(value), Kind.URL, 0.9, rank=CHECKED)
    dotted = _TOP_LEVEL.search(text)
    if dotted is not None:
        # A name has no space, so none begins before the word with the first dot and letters behind it.
        for found in _BARE.finditer(text, text.rfind(" ", 0, dotted.start()) + 1):
            start = found.start()
            if text[start - 1 : start] != "@":
                yield Found(start, start + len(found.group().rstrip(_AFTER_URL)), Kind.URL, 0.6, rank=TOLD)


def handles(text: str) -> Iterator[Found]:
    """Yield names of accounts as in ``@name``."""
    for found in _HANDLE.finditer(text):
        yield Found(*found.span(), Kind.USER_HANDLE, 0.5, rank=TOLD)
