"""Characters that nobody sees and models read; letters that look like others; text in disguise.

What writing needs is left alone: joiners between emoji and in scripts that use them, marks of
direction beside letters that are written from right to left, a byte order mark at the start, one
variation selector after a character that takes one.

Source:
    Boucher and Anderson, Trojan Source: Invisible Vulnerabilities, USENIX Security 2023.
    Unicode Technical Standard 39, Unicode Security Mechanisms, sections 3 and 5.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.prompts.texts import prompts_of
from roadworthy.lint.scan import place

_BIDI = "\u202a-\u202e\u2066-\u2069"
_HIDDEN = re.compile(
    "(?P<direction>[" + _BIDI + "]+)|(?P<tags>[\U000e0000-\U000e007f]+)"
    "|(?P<selectors>[\ufe00-\ufe0f\U000e0100-\U000e01ef]{3,}|[\U000e0100-\U000e01ef]{2,})"
    "|(?P<joiners>[\u200c\u200d]+)|(?P<width>[\u200b\u2060-\u2064\ufeff\u180e\u00ad\u115f\u1160\u3164\uffa0]+)"
    "|(?P<mark>[\u200e\u200f\u061c]+)"
)
_WHAT = {
    "direction": "characters that turn the direction of writing",
    "tags": "tag characters, which spell text that nobody sees",
    "selectors": "variation selectors in a row, which carry bytes that nobody sees",
    "joiners": "joiners where no script joins",
    "width": "characters without width",
    "mark": "marks of direction where everything is written one way",
}
_FLAG = "\U0001f3f4"
_END_TAG = "\U000e007f"
_JOINING = re.compile(
    "[\u0590-\u08ff\u0900-\u0fff\u1000-\u109f\u1780-\u17ff\u1800-\u18af\ufb1d-\ufefc\U0001f000-\U0001faff\u2190-\u2bff\u3030\u303d\ufe0f]"
)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufefc]")
_WORD = re.compile(r"[^\W\d_]{3,}")
_CONFUSABLE = frozenset("авеѕорсухіјԁԛԝһпτνοιαρυκАВЕЅОРСУХІЈМНТКΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
_BLOB = re.compile(
    r"(?<![A-Za-z0-9+/=_-])(?:[A-Za-z0-9+/]{80,}={0,2}|(?:\\x[0-9a-fA-F]{2}){24,}|(?:[0-9a-fA-F]{2}){60,})(?![A-Za-z0-9+/_-])"
)
_READABLE = 0.9


def hidden(file: SourceFile, parameters: Mapping[str, Any]) -> Iterator[Hit]:
    """Yield runs of characters that nobody sees. In source code only those count that turn or carry text."""
    kinds = frozenset(parameters.get("kinds", _WHAT))
    text = file.text
    for found in _HIDDEN.finditer(text):
        kind = str(found.lastgroup)
        if kind in kinds and not _is_writing(kind, text, found.start(), found.end()):
            line, column = place(text, found.start())
            number = found.end() - found.start()
            yield Hit(line=line, column=column, said=f"{number} {_WHAT[kind]}", subject=kind)


def lookalike(file: SourceFile, parameters: Mapping[str, Any]) -> Iterator[Hit]:
    """Yield words of Latin letters in which a letter of another alphabet passes for one."""
    for prompt in prompts_of(file):
        for found in _WORD.finditer(prompt.text):
            if mixes_alphabets(found[0]):
                line, column = prompt.place(found.start())
                yield Hit(line=line, column=column, subject=prompt.name)


def mixes_alphabets(word: str) -> bool:
    """Return whether a word has Latin letters and ones of another alphabet that look like Latin ones.

    >>> mixes_alphabets("pаypal"), mixes_alphabets("привет"), mixes_alphabets("naïve")
    (True, False, False)
    """
    if word.isascii():
        return False
    others = [letter for letter in word if not letter.isascii()]
    return any(letter.isascii() for letter in word) and any(letter in _CONFUSABLE for letter in others)


def encoded(file: SourceFile, parameters: Mapping[str, Any]) -> Iterator[Hit]:
    """Yield long runs of base64 or hexadecimal digits that decode to text."""
    for prompt in prompts_of(file):
        for found in _BLOB.finditer(prompt.text):
            if "data:image" not in prompt.text[max(0, found.start() - 60) : found.start()] and _is_text(found[0]):
                line, column = prompt.place(found.start())
                said = f"{found.end() - found.start()} characters of encoded text stand in the prompt"
                yield Hit(line=line, column=column, said=said, subject=prompt.name)


def _is_writing(kind: str, text: str, start: int, end: int) -> bool:
    """Return whether the script around, or an emoji, has a use for these characters."""
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    match kind:
        case "joiners":
            return end - start == 1 and any(_JOINING.match(one) for one in (before, after) if one)
        case "width":
            run = text[start:end]
            soft = run == "\u00ad" and before.isalpha() and after.isalpha()
            break_ = run == "\u200b" and (_is_unspaced(before) or _is_unspaced(after))
            return soft or break_ or (run == "\u2060" and end - start == 1)
        case "tags":
            # A flag of a region: a black flag, at most six letters and the end.
            return before == _FLAG and end - start <= 8 and text[end - 1] == _END_TAG
        case "mark":
            return _RIGHT_TO_LEFT.search(text[max(0, start - 200) : end + 200]) is not None
        case "direction":
            is_isolate = all("\u2066" <= one <= "\u2069" for one in text[start:end])
            return is_isolate and _RIGHT_TO_LEFT.search(text[max(0, start - 80) : end + 80]) is not None
    return False


def _is_unspaced(character: str) -> bool:
    """Return whether a script is written without spaces, so that a break without width has a use: Thai, Khmer, Lao."""
    return bool(character) and unicodedata.name(character, "").split(" ")[0] in {
        "THAI",
        "KHMER",
        "LAO",
        "MYANMAR",
        "TIBETAN",
    }


def _is_text(run: str) -> bool:
    decoded = _decoded(run)
    if len(decoded) < 24:
        return False
    shown = sum(32 <= byte < 127 or byte in (9, 10, 13) for byte in decoded)
    return shown / len(decoded) >= _READABLE and b" " in decoded


def _decoded(run: str) -> bytes:
    if run.startswith("\\x"):
        return bytes.fromhex(run.replace("\\x", ""))
    if re.fullmatch(r"(?:[0-9a-fA-F]{2})+", run):
        return bytes.fromhex(run)
    try:
        return base64.b64decode(run + "=" * (-len(run) % 4), validate=True)
    except binascii.Error:
        return b""
