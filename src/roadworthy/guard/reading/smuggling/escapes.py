"""Encodings that replace single characters: percent, HTML, backslashes, quoted-printable."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

_BACKSLASH = re.compile(
    r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|U([0-9A-Fa-f]{8})|([0-7]{3})|([nrt]))"
)
_BLANKS = {"n": "\n", "r": "\r", "t": "\t"}
"""What hides where a word begins, as in JSON that stands in a text."""

_SOFT_BREAK = re.compile(r"=[ \t]{0,2}\r?\n")
_QUOTED = re.compile("(?:=[0-9A-F]{2})+")
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def _from_backslashes(text: str) -> str:
    return _SURROGATES.sub(
        lambda pair: pair.group().encode("utf-16", "surrogatepass").decode("utf-16"),
        _BACKSLASH.sub(_escaped, text),
    )


def _escaped(match: re.Match[str]) -> str:
    *sixteen, eight, blank = match.groups()
    if blank:
        return _BLANKS[blank]
    code = int(eight, 8) if eight else int(next(filter(None, sixteen)), 16)
    return chr(code) if code < 0x110000 else match.group()


def _from_quoted_printable(text: str) -> str:
    return _QUOTED.sub(
        lambda match: bytes.fromhex(match.group().replace("=", "")).decode("utf-8", "replace"),
        _SOFT_BREAK.sub("", text),
    )


def _from_percent(text: str) -> str:
    return unquote(_PERCENT_U.sub(_escaped_u, text))


def _escaped_u(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


_PERCENT_U = re.compile("%[uU]([0-9A-Fa-f]{4})")

_NAMED = (
    "tab|newline|lpar|rpar|colon|period|comma|sol|lowbar|num|excl|equals|shy|zwj|zwnj|zerowidthspace|nobreak|lrm|rlm|"
    "[a-z](?:fr|scr|opf|grave|acute|circ|uml|tilde|cy)|imath|inodot"
)
"""Entities that hide something: those of blanks and of invisible characters, and letters in other styles."""

ESCAPES = (
    ("percent", r"(?i)(?:%(?:25)*[0-9a-f]{2}[^\s%]{0,8}){2}|(?:%u[0-9a-f]{4}[^\s%]{0,8}){2}", _from_percent),
    (
        "html",
        r"(?i)&#(?:0*(?:3[2-9]|[4-9]\d|1[01]\d|12[0-6])|x0*[2-7][0-9a-f]);?"
        rf"|&#(?:\d{{3,7}}|x[0-9a-f]{{3,6}});|&amp;#|&(?:{_NAMED});",
        html.unescape,
    ),
    (
        "backslash",
        r"(?:\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]{1,6}\}|U[0-9A-Fa-f]{8}|[0-7]{3}|[nrt][A-Za-z]))",
        _from_backslashes,
    ),
    (
        "quoted_printable",
        r"=[2-7C-F][0-9A-F][^=]{0,16}=[2-7C-F][0-9A-F][^=]{0,16}=[2-7C-F][0-9A-F]|[A-Za-z]=[ \t]{0,2}\r?\n[A-Za-z]",
        _from_quoted_printable,
    ),
)
"""Encoding, RE2 pattern of what is escaped, and what undoes it."""
