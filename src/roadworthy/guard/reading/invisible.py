"""Takes out what a reader does not see, and says what it spells.

What writing needs stays or goes without a word: joiners between emoji and between letters that join, one variation
selector after an emoji, the tags of three flags, a byte order mark at the start.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from roadworthy.guard.reading.code_points import MARK, ORDINARY, USES, PerCharacter
from roadworthy.guard.reading.rewriting import Rewritten, rewritten
from roadworthy.guard.segment import Span

Oddity = tuple[str, Span]
Place = tuple[str, int, int]
"""The kind of an oddity, and where it stands: its first place and the one after its last."""

Hidden = tuple[str, Span, str]
"""The encoding, where it stands, and what it says."""

_MAX_MARKS = 8
"""Marks that one character keeps. No orthography puts more than four on a letter."""

_EMOJI = "©®\u203c-\u3299\U0001f000-\U0001faff"
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d\u180f"
_TAGS = "\U000e0000-\U000e007f"
_ZERO_WIDTH = (
    "\u200b-\u200d\u2060-\u2065\u206a-\u206f\ufeff\u180e\u034f\u17b4\u17b5\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
)
_BIDI = "\u202a-\u202e\u2066-\u2069"
_BIDI_MARKS = "\u061c\u200e\u200f"
_FILLERS = "\u115f\u1160\u3164\uffa0"
_CONTROLS = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufff9-\ufffb"
_LINE_ENDS = "\x85\u2028\u2029"
_ACCENTS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"

_ALWAYS_ODD = _ZERO_WIDTH.replace("\u200b-\u200d", "\u200b\u200c")
ODD = (
    f"[{_ALWAYS_ODD}{_TAGS}\U000e0100-\U000e01ef\u180b-\u180d\u180f\xad{_BIDI}{_BIDI_MARKS}{_FILLERS}\u2800"
    f"\ufe00-\ufe0d{_LINE_ENDS}"
    "\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x{84}\\x{86}-\\x{9f}\ufff9-\ufffb]"
    f"|[^{_EMOJI}][\ufe0e\ufe0f]|^[\ufe0e\ufe0f]|[\ufe0e\ufe0f]{{2}}"
    f"|[^{_EMOJI}\ufe0f]\u200d|^\u200d|\u200d[^{_EMOJI}]|\u200d$"
    f"|[\\p{{Latin}}\\p{{Cyrillic}}\\p{{Greek}}][{_ACCENTS}]|[0-9#*]\u20e3|[\\p{{M}}\uff9e\uff9f]{{{_MAX_MARKS + 1}}}"
)
"""RE2 pattern that is there where anything is to be taken out."""

_FLAG_TAGS = frozenset(
    "".join(chr(0xE0000 + ord(c)) for c in flag) + "\U000e007f" for flag in ("gbeng", "gbsct", "gbwls")
)
_BEFORE_SELECTOR = re.compile(f"[{_EMOJI}]")
_JOINED_EMOJI = re.compile(f"[{_EMOJI}\ufe0f]")
_JOINING_SCRIPT = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17ff\u1800-\u18af\ufb50-\ufdff\ufe70-\ufefc]"
)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_HAN_OR_MONGOLIAN = re.compile("[\u1820-\u18aa\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_BRAILLE = re.compile("[\u2801-\u28ff]")
_ANSI = re.compile(r"[\x1b]\[[0-9;?]{0,32}[mKHJ]")
_KEYCAP = re.compile("(?<=[0-9#*])\ufe0f?\u20e3")
_IN_KEYCAP = "\U0010fffe"
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_GAP = 2
"""Visible characters that may stand between pieces of one hidden text."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is left of a text, and what was taken out."""

    text: Rewritten
    oddities: tuple[Place, ...]
    hidden: tuple[Hidden, ...]


_Judge = Callable[[str, int, int], tuple[str | None, bool]]
"""Given a text and the place of what a reader does not see, returns what stands there instead (None: it stays) and
whether a reader expects it."""


def _never(text: str, start: int, end: int) -> tuple[str | None, bool]:
    return "", False


def _tags(text: str, start: int, end: int) -> tuple[str | None, bool]:
    return "", text[start - 1 : start] == "\U0001f3f4" and text[start:end] in _FLAG_TAGS


def _selector(text: str, start: int, end: int) -> tuple[str | None, bool]:
    unseen, before = text[start], text[max(0, start - 1) : start]
    if end - start > 1:
        return "", False
    if unseen in "\ufe0e\ufe0f":
        return (None, True) if _BEFORE_SELECTOR.match(before) else ("", True)
    return "", _HAN_OR_MONGOLIAN.match(before) is not None


def _zero_width(text: str, start: int, end: int) -> tuple[str | None, bool]:
    unseen = text[start]
    if end - start > 1:
        return "", False
    if unseen not in "\u200c\u200d":
        return "", unseen == "\ufeff" and start == 0
    before = text[max(0, start - 1) : start]
    if unseen == "\u200d" and _JOINED_EMOJI.match(before) and _BEFORE_SELECTOR.match(text, end):
        return None, True
    return "", _JOINING_SCRIPT.match(before) is not None


def _direction_mark(text: str, start: int, end: int) -> tuple[str | None, bool]:
    beside = text[max(0, start - 1) : start] + text[end : end + 1]
    return "", end - start == 1 and _RIGHT_TO_LEFT.search(beside) is not None


def _braille_blank(text: str, start: int, end: int) -> tuple[str | None, bool]:
    return (None, True) if _BRAILLE.match(text, max(0, start - 1)) and start else (" ", False)


def _line_end(text: str, start: int, end: int) -> tuple[str | None, bool]:
    return "\n", True


def _in_keycap(text: str, start: int, end: int) -> tuple[str | None, bool]:
    return (None if _IN_KEYCAP in text[start:end] else ""), True


_JUDGES: dict[str, tuple[str, str, _Judge]] = {
    "t": ("tag_characters", _TAGS, _tags),
    "v": ("variation_selector", _SELECTORS, _selector),
    "z": ("zero_width", _ZERO_WIDTH, _zero_width),
    "s": ("soft_hyphen", "\xad", _never),
    "b": ("bidi", _BIDI, _never),
    "r": ("bidi_mark", _BIDI_MARKS, _direction_mark),
    "f": ("filler", _FILLERS, _never),
    "B": ("filler", "\u2800", _braille_blank),
    "e": ("control", "\x1b", _never),
    "c": ("control", _CONTROLS, _never),
    "n": ("line_end", _LINE_ENDS, _line_end),
    "u": ("surrogate", "\ud800-\udfff", _never),
    "k": ("keycap", _IN_KEYCAP, _in_keycap),
    "m": ("combining_stuffing", "", _never),
}
"""For each sort of characters, by a letter: what the oddity is called, the characters, and who judges them."""

_SORTS = tuple((sort, re.compile(f"[{named}]")) for sort, (_, named, _) in _JUDGES.items() if named)
_RUNS = re.compile(f"t+|v+|z+|s+|b+|r+|f+|B+|e|c+|n|u+|k+|(?<=m{{{_MAX_MARKS}}})m+")


def _sort_of(character: str) -> str:
    named = (sort for sort, pattern in _SORTS if pattern.match(character))
    return next(named, "m" if USES[ord(character)] == MARK else ORDINARY)


_SORT_OF = PerCharacter(_sort_of)


def without_invisible(text: str) -> Seen:
    r"""Return ``text`` without what a reader does not see.

    >>> seen = without_invisible("ig\u200bnore\U000e0074\U000e0068\U000e0065")
    >>> seen.text.text, [kind for kind, _, _ in seen.oddities], seen.hidden[0][2]
    ('ignore', ['zero_width', 'tag_characters'], 'the')
    """
    edits: list[tuple[int, int, str]] = []
    oddities: list[Place] = []
    sorts = _with_keycaps(text).translate(_SORT_OF)
    done = 0
    for match in _RUNS.finditer(sorts):
        start, end = match.span()
        if start < done:
            continue
        kind, _, judge = _JUDGES[sorts[start]]
        if kind == "control" and (ansi := _ANSI.match(text, start)):
            kind, end = "ansi_escape", ansi.end()
        elif kind == "surrogate":
            edits += _mended(text, start, end)
            oddities += ((kind, *place) for place in _surrogates(text, start, end))
            done = end
            continue
        instead, expected = judge(text, start, end)
        if instead is None:
            continue
        edits.append((start, end, instead))
        done = end
        if not expected:
            oddities.append((kind, start, end))
    return Seen(rewritten(text, edits), tuple(oddities), tuple(_hidden(text, oddities)))


def _mended(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Yield for pairs of surrogates the character that they stand for, and for halves that they are none."""
    done = start
    for pair in _PAIR.finditer(text, start, end):
        yield from ((place, place + 1, "\ufffd") for place in range(done, pair.start()))
        done = pair.end()
        yield pair.start(), done, pair[0].encode("utf-16", "surrogatepass").decode("utf-16")
    yield from ((place, place + 1, "\ufffd") for place in range(done, end))


def _surrogates(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where pairs stand, and what is between them."""
    done = start
    for pair in _PAIR.finditer(text, start, end):
        if done < pair.start():
            yield done, pair.start()
        done = pair.end()
        yield pair.start(), done
    if done < end:
        yield done, end


def _with_keycaps(text: str) -> str:
    """Return ``text`` with keycaps around digits as a character of their own sort: other ones are marks like others."""
    return _KEYCAP.sub(lambda cap: _IN_KEYCAP * len(cap[0]), text) if "\u20e3" in text else text


def _hidden(text: str, oddities: list[Place]) -> list[Hidden]:
    """Return what tags, selectors, zero-width characters and text that runs the wrong way spell."""
    found: list[Hidden] = []
    for kind, spell in _SPELLERS.items():
        places = [(start, end) for odd, start, end in oddities if odd == kind]
        for group in _neighbours(places):
            said = spell("".join(text[start:end] for start, end in group))
            if said:
                found.append((kind, Span(start=group[0][0], end=group[-1][1]), said))
    if "\u202e" in text:
        found += (("reversed", Span(start=one.start(), end=one.end()), one[1][::-1]) for one in _FORCED.finditer(text))
    return found


_FORCED = re.compile("\u202e([^\n\u202a-\u202e\u2066-\u2069]{3,})")
"""What is shown from right to left whatever it is: a person reads it from its end."""


def _neighbours(places: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    groups: list[list[tuple[int, int]]] = []
    end = -_GAP - 1
    for place in places:
        if place[0] - end <= _GAP:
            groups[-1].append(place)
        else:
            groups.append([place])
        end = place[1]
    return groups


_FROM_TAGS = {0xE0000 + code: (chr(code) if 0x20 <= code < 0x7F else None) for code in range(0x80)}
_FROM_SELECTORS = {
    **{0xFE00 + byte: chr(byte) for byte in range(16)},
    **{0xE0100 + byte - 16: chr(byte) for byte in range(16, 256)},
    **dict.fromkeys((0x180B, 0x180C, 0x180D, 0x180F)),
}


def _spelled_by_tags(unseen: str) -> str:
    said = unseen.translate(_FROM_TAGS)
    return said if len(said) > 2 else ""


def _spelled_by_selectors(unseen: str) -> str:
    return _text_of(unseen.translate(_FROM_SELECTORS).encode("latin-1"))


def _spelled_by_bits(unseen: str) -> str:
    """Return the text of 8 bits a letter, where two characters stand for 0 and 1."""
    symbols = sorted(set(unseen))
    if len(symbols) != 2 or len(unseen) < 24:
        return ""
    for zero, one in (symbols, symbols[::-1]):
        bits = unseen.translate({ord(zero): "0", ord(one): "1"})
        bits = bits[: len(bits) // 8 * 8]
        said = _text_of(int(bits, 2).to_bytes(len(bits) // 8, "big"))
        if said:
            return said
    return ""


def _text_of(data: bytes) -> str:
    try:
        said = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return said if len(said) > 2 and said.isprintable() else ""


_SPELLERS = {
    "tag_characters": _spelled_by_tags,
    "variation_selector": _spelled_by_selectors,
    "zero_width": _spelled_by_bits,
}
