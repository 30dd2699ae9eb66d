"""What a credential's own structure says: check sums that issuers build in, and parts that must decode."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib

from roadworthy.sensitive.secrets.format import Check

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_KEY_BEGINS = (b"0", b"openssh-key-v1\0", b"---- BEGIN SSH2")
_QUOTED_LINE = r"(?m)^[ \t>|#*;/+.-]*(?:[0-9]{1,6}[:|)])?[ \t]*"
"""What quotations, differences and listings put before each line."""

_POLYNOMIAL = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def crc_base62(token: str) -> Check:
    """Hold the last six characters against the CRC-32 of the thirty before them.

    Source:
        GitHub, "Behind GitHub's new authentication token formats" (2021): the last six characters are the CRC-32 of
        the random part in base 62. npm's tokens of 2021 are made alike.

    >>> crc_base62("ghp_" + "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ" + "0mLq17"), crc_base62("ghp_" + "a" * 36)
    (<Check.HOLDS: 'holds'>, <Check.FAILS: 'fails'>)
    """
    body = token.rpartition("_")[2]
    if len(body) != 36:
        return Check.NONE
    return _said(base62(zlib.crc32(body[:30].encode())).rjust(6, "0") == body[30:])


def base62(number: int) -> str:
    """Return ``number`` in base 62, digits first, then capitals.

    >>> base62(61), base62(62)
    ('z', '10')
    """
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = _BASE62[rest] + digits
    return digits or "0"


def bech32(token: str) -> Check:
    """Hold the last six characters of a Bech32 string (age's keys) against the others.

    Source:
        Bitcoin improvement proposal 173, section "Checksum".
    """
    human, _, data = token.lower().rpartition("1")
    if not human or any(c not in _BECH32 for c in data):
        return Check.FAILS
    values = [ord(c) >> 5 for c in human] + [0] + [ord(c) & 31 for c in human] + [_BECH32.index(c) for c in data]
    total = 1
    for value in values:
        top = total >> 25
        total = (total & 0x1FFFFFF) << 5 ^ value
        for place, term in enumerate(_POLYNOMIAL):
            total ^= term if top >> place & 1 else 0
    return _said(total == 1)


def web_token(token: str) -> Check:
    """Tell whether a JSON Web Token's header is JSON that names an algorithm (RFC 7515, section 4.1.1).

    >>> web_token("eyJhbGciOiJIUzI1NiJ9.e30.c2ln")
    <Check.HOLDS: 'holds'>
    """
    header = decoded(token.partition(".")[0])
    try:
        return _said(header is not None and "alg" in json.loads(header))
    except (ValueError, TypeError, RecursionError):
        return Check.FAILS


def macaroon(token: str) -> Check:
    """Tell whether the body of a PyPI token is a macaroon of the registry (its first packet names the place)."""
    body = decoded(token.partition("-")[2][:16])
    return _said(body is not None and body[:1] == b"\x02")


def pem(block: str) -> Check:
    """Tell whether a private key in PEM decodes to what its first line says: DER, or OpenSSH's own format."""
    lines = block.replace("\\n", "\n").replace("\\r", "")
    inside = re.search(r"-----BEGIN ([A-Z0-9 ]{0,40})-----(.*?)-----END", lines, re.DOTALL)
    if inside is None or "PGP" in inside[1] or "Proc-Type" in inside[2] or "ENCRYPTED" in inside[2]:
        return Check.NONE
    # In programs the lines may be texts of their own, joined by a plus sign, which is a letter of base 64 elsewhere.
    plain = re.sub(r"[\"']\s*\+", "", inside[2])
    bodies = [_body(plain), _body(re.sub(_QUOTED_LINE, "", plain))]
    if any(body is not None and body.startswith(_KEY_BEGINS) for body in bodies):
        return Check.HOLDS
    return Check.NONE if bodies[-1] is None else Check.FAILS


def _body(lines: str) -> bytes | None:
    return decoded("".join(c for c in lines if not c.isspace() and c not in "\"',"))


def decoded(text: str) -> bytes | None:
    """Return what base 64 (either alphabet, with or without its padding) says; None: it is none.

    >>> decoded("e30"), decoded("?")
    (b'{}', None)
    """
    stripped = text.rstrip("=")
    if not stripped or not stripped.isascii() or len(stripped) % 4 == 1:
        return None
    try:
        return base64.b64decode(stripped + "=" * (-len(stripped) % 4), altchars=_alphabet(stripped), validate=True)
    except (binascii.Error, ValueError):
        return None


def _alphabet(text: str) -> bytes:
    return b"-_" if "-" in text or "_" in text else b"+/"


def _said(holds: bool) -> Check:
    return Check.HOLDS if holds else Check.FAILS
