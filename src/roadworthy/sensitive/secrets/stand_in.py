"""Tells a credential from what people write where one would stand."""

from __future__ import annotations

import math
import re
from collections import Counter

from roadworthy.sensitive.pattern import compiled

_PLACEHOLDER = r"(?i)example|placeholder|your|change|redact|dummy|x{4,}|\.{3}|…|\$\{|\{\{"
_STANDS_IN = (
    r"(?i)example|placeholder|changeme|change[-_]|redacted|dummy|insert[-_]|replace[-_]|(?:token"
    r"|key|secret|password)[-_]?here"
    # Four letters come about by chance, one token in some ten thousand: they count as a word of their own only.
    r"|(?:^|[^a-z0-9]|(?-i:AKIA|ASIA|AIza))(?:your|fake)|(?:your|fake)(?:[^a-z0-9]|$)"
    r"|(?-i:your|Your|YOUR|fake|Fake|FAKE)(?:access|account|api|app|auth|client|db|fake|key|own|pass|private|pw|secret|token)"
    r"|goes[-_]here|not[-_]a[-_]?real|deadbeef|1234567890?abc|abcdefghij"
    r"|(?-i:x{4,}|X{4,})|0{6,}|\*{3,}|\.{3}|…|^<|<[a-z][a-z_ -]{0,40}>|\$\{|\{\{"
    # Published by their issuers as examples in manuals.
    r"|4eC39HqLyjWDarjtT1zdp7dc|eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9l|Eby8vdM02xNOcqFlqUwJPLlm|VERYLONGSECRET"
    r"|BQokikJOvBiI2HlWgH4olfQ2|zQWBuTSOoRi4A9spHcVY5ncn|ngeVfQFYQlKU0ufo8x5d1A|AAHdqTcvCH1vGWJxfSeofSAs"
    r"|D-9tSrke72PouQMnMX-a7eZSW0jkFMBWY"
)
"""What no issued credential has in it, and people write where one would stand."""

_STAND_IN_PASSWORDS_LIST = (
    "pass password passwd passwort kennwort contraseña motdepasse pwd secret token user username mypassword "
    "mysecret somepassword p4ssw0rd passw0rd hunter2 test testing"
)
_STAND_IN_PASSWORDS = frozenset(_STAND_IN_PASSWORDS_LIST.split())
_LEET = str.maketrans("@4031$57", "aaoeisst")
_FEW_CHARACTERS = 3
"""Different characters up to which the body of a token is filler, as in ``ghp_aaaa…``."""

_PREFIX = re.compile(r"^[A-Za-z]{2,10}[-_.](?:[a-z]{2,8}[-_])?|^(?:AKIA|ASIA|AIza|SK)")

_MIN_ENTROPY = 2.75
"""Bits per character that a random secret of eight characters or more has and a plain word rarely has."""


def stands_in(value: str) -> bool:
    """Return whether ``value`` only shows where a credential would stand.

    >>> stands_in("ghp_xxxxxxxxxxxx"), stands_in("AKIAIOSFODNN7EXAMPLE"), stands_in("AKIA4QX7VJ2KD5TNW3HB")
    (True, True, False)
    """
    body = _PREFIX.sub("", value, count=1)
    return (
        compiled(_STANDS_IN).search(value) is not None
        or value.casefold() in _STAND_IN_PASSWORDS
        or value.casefold().translate(_LEET).strip("!.?123") in _STAND_IN_PASSWORDS
        or len(set(body.casefold()) - set("-_.")) <= _FEW_CHARACTERS
    )


def is_random(value: str) -> bool:
    """Return whether ``value`` mixes letters with digits or signs and is varied enough to be a secret, not a word.

    >>> is_random("tR7#kq92Lm"), is_random("my-password"), is_random("your-key-1234")
    (True, False, False)
    """
    letters = any(c.isalpha() for c in value)
    others = any(not c.isalpha() and c not in "-_." for c in value)
    if not (letters and others) or len(value) < 8 or compiled(_PLACEHOLDER).search(value) is not None:
        return False
    return entropy(value) >= _MIN_ENTROPY


def entropy(value: str) -> float:
    """Return the bits per character of ``value``, from how often each of its characters occurs; 0 for an empty text.

    >>> entropy("abab")
    1.0
    """
    total = len(value)
    return -sum(n / total * math.log2(n / total) for n in Counter(value).values()) if total else 0.0
