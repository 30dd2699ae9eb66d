"""Private keys as text: PEM, OpenSSH and OpenPGP blocks, age's keys, and blocks that stand in base 64."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roadworthy.sensitive.secrets.format import Check, Format, FoundSecret, Group
from roadworthy.sensitive.secrets.structure import bech32, pem

MOST = 16_384
"""Characters of a key up to its end; what is longer is taken for this many. RSA of 16,384 bits needs 12,800."""

HEAD_MOST = 256
"""Characters by which it is told that a key is there."""

NAME = "private key"
TRIGGER = r"-----begin (?:[a-z0-9]+ ){0,3}private key(?: block)?-----"
_HEAD = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_BEGIN = "-----BEGIN "
_BEFORE_LINES = r"(?:[\s\"'+,>|#*;/.-]|\\[nr]|[0-9]{1,6}[:|)]){0,24}+"
"""What may stand before the lines of a key: in quotations, programs, differences and listings with line numbers."""

_BODY = re.compile(rf"(?i){_BEFORE_LINES}(?:[A-Za-z0-9+/]{{16}}|Proc-Type|Comment:|Version:)")
"""What follows the first line of a key that is there; in programs that read keys, that line stands alone."""

_END = re.compile(r"-----END [A-Z0-9 ]{0,48}+-----")
_CUT_OFF = re.compile(rf"(?:{_BEFORE_LINES}[A-Za-z0-9+/=]{{16,}}+)*+")
"""Lines of a key without its end; line breaks may be written as JSON has them."""

AGE = Format(
    group=Group.KEY, provider="age", name="age key", heads=("AGE-SECRET-KEY-1",),
    body="[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}", tail="[a-z0-9]{58}", most=74, check=bech32,
)  # fmt: skip
ENCODED = Format(
    group=Group.KEY, provider="private-key", name="encoded private key",
    # Base 64 of "-----BEGIN PRIVATE KEY", "RSA …", "EC …", "OPENSSH …", "ENCRYPTED …", as kubeconfig files have them.
    heads=(
        "LS0tLS1CRUdJTiBQUklWQVRFIEtFW", "LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRV", "LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFW",
        "LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVEUgS0VZ", "LS0tLS1CRUdJTiBFTkNSWVBURUQgUFJJVkFURSBLRV",
    ),
    body="[A-Za-z0-9+/]{40,16000}+={0,2}", tail="[a-z0-9+/]{40}", most=MOST,
    opening="[A-Za-z0-9+/]{40}", opening_most=HEAD_MOST,
)  # fmt: skip
PUTTY = Format(
    group=Group.KEY, provider="private-key", name="PuTTY private key", heads=("Private-Lines: ",),
    body=r"[0-9]{1,3}(?:\r?\n[A-Za-z0-9+/=]{1,64}){1,200}+", tail="[0-9]", most=MOST,
    opening=r"[0-9]{1,3}\r?\n[A-Za-z0-9+/=]{16,64}", opening_most=HEAD_MOST,
)  # fmt: skip

WEB_KEY = Format(
    group=Group.KEY, provider="private-key", name="JSON web key", heads=('"d":"', '"d": "', '\\"d\\":\\"'),
    body=r"([A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{64}|[A-Za-z0-9_-]{86,88}|[A-Za-z0-9_-]{170,1400})(?=\\?\")",
    tail="[a-z0-9_-]{43}", most=1420, opening="([A-Za-z0-9_-]{43})", opening_most=60,
)  # fmt: skip


def private_keys(text: str, *, whole: bool, bare: bool) -> Iterator[FoundSecret]:
    """Yield the private keys in blocks, to their last line; or to what there is of one that is cut off.

    Args:
        text: Any text.
        whole: Whether to the end of a key; otherwise its first `HEAD_MOST` characters at most.
        bare: Whether a first line counts that no key follows.
    """
    at = text.find(_BEGIN)
    while at >= 0:
        head = _HEAD.match(text, at)
        if head is not None and (bare or _BODY.match(text, head.end())):
            end = _end(text, head.end(), most=at + (MOST if whole else HEAD_MOST))
            yield FoundSecret(
                group=Group.KEY, provider="private-key", name=NAME, start=at, end=end,
                check=pem(text[at:end]) if whole else Check.NONE,
            )  # fmt: skip
        at = text.find(_BEGIN, at + 1)


def _end(text: str, start: int, *, most: int) -> int:
    dashes = text.find("-----", start, most)
    end = _END.match(text, dashes, most) if dashes >= 0 else None
    if end is not None:
        return end.end()
    cut = _CUT_OFF.match(text, start, most)
    return cut.end() if cut is not None else start
