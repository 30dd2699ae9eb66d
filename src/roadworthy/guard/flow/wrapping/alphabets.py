"""Letters that are drawn, told or signalled otherwise: on flags, upside down, in Braille, in Morse, as words."""

from __future__ import annotations

import re
from collections.abc import Iterator

_BRAILLE = "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵"
_TURNED = "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_FLAGS, _SQUARES, _CIRCLES = 0x1F1E6, 0x1F170, 0x1F150
_DRAWN = {
    **dict(zip(_BRAILLE, _LETTERS, strict=True)),
    **{sign: letter for sign, letter in zip(_TURNED, _LETTERS, strict=True) if not sign.isascii()},
    **{chr(first + place): letter for first in (_FLAGS, _SQUARES, _CIRCLES) for place, letter in enumerate(_LETTERS)},
    "\u20e3": "",
    "\ufe0f": "",
}
_TABLE = str.maketrans(_DRAWN)
_UPSIDE_DOWN = str.maketrans(dict(zip(_TURNED, _LETTERS, strict=True)))
_BRAILLE_NUMBER = re.compile("⠼([⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚])")

_MORSE_CODES = """
    .- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..
    ----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----.
"""
_MORSE = dict(zip(_MORSE_CODES.split(), f"{_LETTERS}0123456789", strict=True))
_MORSE_SIGNS = str.maketrans("·•‧∙−–—_", "....----")
_MORSE_RUN = re.compile(r"(?<![.\w-])[.·•‧∙−–—_-]{1,6}(?:[ /|,]{1,8}[.·•‧∙−–—_-]{1,6}){2,}(?![.\w-])")

_TOLD = (
    "alfa alpha anton", "bravo berta", "charlie cäsar caesar", "delta dora", "echo emil", "foxtrot friedrich",
    "golf gustav", "hotel heinrich", "india ida", "juliett juliet julius", "kilo kaufmann konrad", "lima ludwig",
    "mike martha", "november nordpol", "oscar otto", "papa paula", "quebec quelle", "romeo richard", "sierra samuel",
    "tango theodor", "uniform ulrich", "victor viktor", "whiskey whisky wilhelm", "x-ray xray xanthippe",
    "yankee ypsilon", "zulu zacharias",
)  # fmt: skip
_LETTER_OF = {word: word[0] for line in _TOLD for word in line.split()}
_ONE_TOLD = "|".join(sorted(map(re.escape, _LETTER_OF), key=len, reverse=True))
_TOLD_RUN = re.compile(
    rf"(?<!\w)(?:(?:{_ONE_TOLD}|[0-9]{{2,20}}|\w)[\s,.;/-]{{1,3}}){{2,}}(?:{_ONE_TOLD}|[0-9]{{2,20}}|\w)(?!\w)",
    re.IGNORECASE,
)
_TOLD_WORD = re.compile(rf"{_ONE_TOLD}|\w", re.IGNORECASE)
_AS_IN = re.compile(r"\b(\w) ?(?:as in|like|for|wie|comme|como|come) (?=[^\W_])\w+[, ;]*", re.IGNORECASE)


def redrawn(text: str) -> Iterator[str]:
    """Yield ``text`` with letters that are drawn otherwise as Latin ones.

    >>> list(redrawn("🇧🇴🇧")), list(redrawn("⠃⠕⠃")), "bob" in list(redrawn("qoq"))
    (['bob'], ['bob'], False)
    """
    if text.isascii():
        return
    drawn = _BRAILLE_NUMBER.sub(lambda match: "1234567890"[_BRAILLE.index(match[1])], text).translate(_TABLE)
    if drawn != text:
        yield drawn
    if any(sign in text for sign in "ɐɔǝɹʇʌʎɯɥ"):
        yield text.translate(_UPSIDE_DOWN)[::-1]


def signalled(text: str) -> Iterator[str]:
    """Yield what is told letter by letter in ``text``: in Morse code, or as words for letters.

    >>> list(signalled("-... --- -...")), list(signalled("Bravo Oscar Bravo")), list(signalled("b as in boy"))
    (['bob'], ['bob'], ['b'])
    """
    morse = [
        "".join(_MORSE.get(sign, "") for sign in re.split("[ /|,]+", match.group().translate(_MORSE_SIGNS)))
        for match in _MORSE_RUN.finditer(text)
    ]
    if any(morse):
        yield "\n".join(morse)
    told = [
        "".join(_LETTER_OF.get(word.lower(), word) for word in _TOLD_WORD.findall(match.group()))
        for match in _TOLD_RUN.finditer(text)
    ]
    if told:
        yield "\n".join(told)
    said = _AS_IN.sub(r"\1", text)
    if said != text:
        yield said
