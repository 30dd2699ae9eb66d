"""Passwords that are handed to programs: on command lines, in their own files, and as *user:password* in base 64."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roadworthy.sensitive.pattern import compiled
from roadworthy.sensitive.secrets.assigned import is_secret
from roadworthy.sensitive.secrets.format import FoundSecret, Group
from roadworthy.sensitive.secrets.stand_in import stands_in
from roadworthy.sensitive.secrets.structure import decoded

NAME = "password on a command line"
_PROGRAMS = (
    r"\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|sshpass|redis-cli|docker|podman|helm|oc|mongo|mongosh"
    r"|mongodump|ldapsearch|smbclient|htpasswd|7z|zip|unzip|openssl)\b[^\n|;&]{0,100}\s-(?:p|a|w|P|x)[ =]?[\"']?"
)
_USER = r"(?:\s-u[ =]?|\s--(?:proxy-)?user[ =])[\"']?[A-Za-z0-9_.@+%\\-]{1,64}:"
_ORACLE = r"jdbc:oracle:thin:[A-Za-z0-9_.]{1,64}/[\"']?"
_LINE_OF_PGPASS = r"[A-Za-z0-9_.*-]:(?:[0-9]{2,5}|\*):[A-Za-z0-9_.*-]{1,64}:[A-Za-z0-9_.*-]{1,64}:"
_HANDED = rf"{_PROGRAMS}|{_USER}|{_ORACLE}|{_LINE_OF_PGPASS}"
_ENCODED = r"(?i)(?:\"auth\\?\"\s?:\s?\\?\"|\b_auth\s?=\s?\"?|\bbasic\s{1,2})"
TRIGGERS = (
    rf"(?:{_PROGRAMS.replace('p|a|w|P|x', 'p|a|w|x')}|{_USER}|{_ORACLE}|{_LINE_OF_PGPASS})[^\s\"'`:]{{8}}",
    r"(?:\"auth\\?\"\s?:\s?\\?\"|\b_auth\s?=\s?\"?|\bbasic\s{1,2})[a-z0-9+/]{12}",
)
_VALUE = re.compile(r"[^\s\"'`;<>\\|]{8,128}+")
_BASE_64 = re.compile(r"[A-Za-z0-9+/]{12,400}+={0,2}")
_USER_AND_PASSWORD = re.compile(rb"[^:\x00-\x20\x7f-\xff]{1,64}:[\x21-\x7e]{4,200}")
MOST = 20 + 110 + 80 + 402


def passwords_in_commands(text: str) -> Iterator[FoundSecret]:
    """Yield passwords that programs are called with or find in files of theirs.

    >>> [found.name for found in passwords_in_commands("curl -u ada:tR7kq92Lm https://git.shop.io")]
    ['password on a command line']
    """
    for given in compiled(_HANDED).finditer(text):
        value = _VALUE.match(text, given.end())
        if value is None:
            continue
        said = value[0].partition("@")[0] if given.group(0).startswith("jdbc:") else value[0]
        if not stands_in(said) and is_secret("password", said, before=""):
            yield _found(value.start(), value.start() + len(said))
    for given in compiled(_ENCODED).finditer(text):
        value = _BASE_64.match(text, given.end())
        if value is None:
            continue
        inside = decoded(value[0])
        if inside is not None and _USER_AND_PASSWORD.fullmatch(inside):
            password = inside.partition(b":")[2].decode("ascii")
            if not stands_in(password):
                yield _found(value.start(), value.end())


def _found(start: int, end: int) -> FoundSecret:
    return FoundSecret(group=Group.ASSIGNED, provider="command", name=NAME, start=start, end=end)
