"""Addresses of crypto-currencies, by their check sums.

Source: BIP 13, 173 and 350 (Bitcoin); EIP-55 for Ethereum, of which the form alone is used.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from roadworthy.sensitive.personal.kind import CHECKED, SHAPED, Found, Kind

_BASE58 = {c: n for n, c in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")}
_RIPPLE = {c: n for n, c in enumerate("rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz")}
_BECH32 = {c: n for n, c in enumerate("qpzry9x8gf2tvdw0s3jn54khce6mua7l")}
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_WORD = re.compile(
    r"(?<![0-9A-Za-z])(?:0x[0-9a-fA-F]{40}|(?:bc|tb|ltc|addr|cosmos|osmo)1[02-9ac-hj-np-z]{8,98}|(?:BC"
    r"|LTC)1[02-9AC-HJ-NP-Z]{8,87}"
    r"|[13LMDXTrmn29A][1-9A-HJ-NP-Za-km-z]{25,34}|bitcoincash:[qp][02-9ac-hj-np-z]{41})(?![0-9A-Za-z])"
)
LONGEST = 110
_VERSIONS = {0x00, 0x05, 0x30, 0x32, 0x1E, 0x16, 0x4C, 0x10, 0x41, 0x6F, 0xC4, 0x17}
"""First bytes of addresses of Bitcoin, Litecoin, Dogecoin, Dash, Tron and the test networks."""


def wallets(text: str) -> Iterator[Found]:
    """Yield the addresses whose check sum holds; of Ethereum, those of the form."""
    for found in _WORD.finditer(text):
        value = found.group()
        if value.startswith("0x"):
            if len(set(value)) > 6:
                yield Found(*found.span(), Kind.CRYPTO_ADDRESS, 0.9, name="Ethereum", rank=SHAPED)
        elif ":" in value or _is_bech32(value) or _is_base58(value):
            yield Found(*found.span(), Kind.CRYPTO_ADDRESS, 1.0, rank=CHECKED)


def _is_base58(value: str) -> bool:
    digits = _RIPPLE if value[0] == "r" else _BASE58
    number = 0
    for character in value:
        if character not in digits:
            return False
        number = number * 58 + digits[character]
    if number >= 1 << 200:
        return False
    data = number.to_bytes(25, "big")
    if digits is _BASE58 and data[0] not in _VERSIONS:
        return False
    return hashlib.sha256(hashlib.sha256(data[:21]).digest()).digest()[:4] == data[21:]


def _is_bech32(value: str) -> bool:
    value = value.lower()
    prefix, _, data = value.rpartition("1")
    if not prefix or len(data) < 8 or any(c not in _BECH32 for c in data):
        return False
    values = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + [_BECH32[c] for c in data]
    check = 1
    for v in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ v
        for place, generator in enumerate(_GENERATORS):
            check ^= generator if top >> place & 1 else 0
    return check in (1, 0x2BC830A3)
