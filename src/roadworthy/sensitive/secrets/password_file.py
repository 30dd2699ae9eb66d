"""Passwords in files of their own formats: netrc, htpasswd and shadow files, where no sign of assignment stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roadworthy.sensitive.pattern import compiled
from roadworthy.sensitive.secrets.format import FoundSecret, Group
from roadworthy.sensitive.secrets.stand_in import stands_in

TRIGGERS = (
    r"machine\s{1,4}\S{1,80}\s{1,8}login\s{1,4}\S{1,80}\s{1,8}password\s{1,4}\S{4}",
    r"\$(?:2[aby]|apr1|argon2(?:id?|d)|[156]|y)\$",
    r"\{s?(?:sha|md5)(?:256|512)?\}[a-z0-9+/]{16}|(?:pbkdf2|scrypt)[a-z0-9_:]{1,24}\$[a-z0-9]",
)
_NETRC = r"(?:machine[ \t]{1,4}\S{1,80}\s{1,8})login\s{1,4}\S{1,80}\s{1,8}password\s{1,4}"
_NETRC_VALUE = re.compile(r"\S{4,128}+")
_HASH = re.compile(
    r"\$(?:2[aby]\$[0-9]{2}\$[./A-Za-z0-9]{53}|apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}"
    r"|[156]\$(?:rounds=[0-9]{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{22,86}"
    r"|y\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}"
    r"|argon2(?:id?|d)\$v=[0-9]{1,3}\$m=[0-9]{1,9},t=[0-9]{1,4},p=[0-9]{1,4}\$[A-Za-z0-9+/]{11,64}\$[A-Za-z0-9+/]{16,128})"
    r"(?![./A-Za-z0-9])"
)
_NAMED_HASH = re.compile(
    r"\{S?(?:SHA|MD5)(?:256|512)?\}[A-Za-z0-9+/]{20,200}={0,2}"
    r"|(?:pbkdf2_sha(?:1|256|512)\$[0-9]{1,9}|pbkdf2:sha(?:1|256|512)(?::[0-9]{1,9})?|scrypt(?::[0-9]{1,9}){3})"
    r"\$[./A-Za-z0-9]{1,64}\$[A-Za-z0-9+/]{20,200}={0,2}"
)
_HASH_MOST = 320


def passwords_in_files(text: str) -> Iterator[FoundSecret]:
    """Yield passwords of netrc files, and hashes of passwords, which can be guessed at leisure.

    >>> [found.name for found in passwords_in_files("machine a.test login ada password tR7kq92Lm")]
    ['netrc password']
    """
    for named in compiled(_NETRC).finditer(text):
        value = _NETRC_VALUE.match(text, named.end())
        if value is not None and not stands_in(value[0]):
            yield FoundSecret(
                group=Group.ASSIGNED, provider="netrc", name="netrc password", start=value.start(), end=value.end()
            )
    at = text.find("$")
    while at >= 0:
        found = _HASH.match(text, at, at + _HASH_MOST)
        if found is not None and not stands_in(found[0]):
            yield FoundSecret(
                group=Group.ASSIGNED, provider="password-hash", name="password hash", start=at, end=found.end()
            )
        at = text.find("$", at + 1)
    for named_hash in _NAMED_HASH.finditer(text):
        if not stands_in(named_hash[0]):
            start, end = named_hash.span()
            yield FoundSecret(
                group=Group.ASSIGNED, provider="password-hash", name="password hash", start=start, end=end
            )
