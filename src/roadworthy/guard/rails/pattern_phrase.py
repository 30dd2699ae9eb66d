"""Words and phrases as people list them, made into patterns that see through the usual disguises."""

from __future__ import annotations

import re

from roadworthy.guard.reading.reading import read

_DISGUISES = {
    "a": "a4@àáâãäåāăą",
    "b": "b8",
    "c": "cçćč",
    "d": "dđď",
    "e": "e3€èéêëēėę",
    "g": "g9ğ",
    "i": "i1!|ìíîïīı",
    "l": "l1|ł",
    "n": "nñńň",
    "o": "o0òóôõöøō",
    "s": "s5$śšş",
    "t": "t7+ţť",
    "u": "uùúûüū",
    "y": "yýÿ",
    "z": "z2źžż",
}
_MIN_DISGUISED = 4
"""Letters from which a word is looked for in disguise, and half those of a phrase from which all of its words are.
Shorter ones are numbers when disguised: ``so`` is ``50``."""

_MIN_RUN_TOGETHER = 10
"""Letters from which a phrase is also found without anything between its words."""

_BETWEEN = r"[\x00-/:-@\[-`{-\x{bf}\x{2000}-\x{206f}\x{3000}-\x{303f}]"
"""What may stand between two words. Blocks, not properties, which would make hundreds of phrases too large."""

_MAX_BETWEEN = 4
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Letters of scripts that put nothing between words."""


def pattern_of(phrase: str, *, disguised: bool) -> str:
    """Return the RE2 pattern of ``phrase``, over folded text.

    Raises:
        ValueError: If the phrase has neither letter nor digit.

    >>> pattern_of("cat", disguised=True), pattern_of("bomb", disguised=True)
    ('cat', '[b8][o0òóôõöøō]m[b8]')
    """
    words = read(phrase).folded.split()
    letters = sum(c.isalnum() for c in phrase)
    if not letters:
        raise ValueError(f"`phrases`: {phrase!r} has neither letter nor digit")
    least = 0 if letters >= _MIN_RUN_TOGETHER else 1
    between = f"{_BETWEEN}{{{least},{_MAX_BETWEEN}}}"
    return between.join(
        _word(word, disguised=disguised and max(len(word), letters // 2) >= _MIN_DISGUISED) for word in words
    )


def _word(word: str, *, disguised: bool) -> str:
    if not disguised:
        return re.escape(word)
    return "".join(f"[{_DISGUISES[letter]}]" if letter in _DISGUISES else re.escape(letter) for letter in word)


def is_whole(text: str, start: int, end: int) -> bool:
    """Return whether the characters are a word or words, and not a part of one.

    >>> is_whole("the cat", 4, 7), is_whole("the cat", 4, 6)
    (True, False)
    """
    return not (_goes_on(text, start - 1, start) or _goes_on(text, end, end - 1))


def is_lettered(text: str) -> bool:
    """Return whether at least half of ``text`` is letters; what is less is a number or a formula, and no disguise.

    >>> is_lettered("p4$$w0rd"), is_lettered("4 11")
    (True, False)
    """
    return 2 * sum(map(str.isalpha, text)) >= sum(not c.isspace() for c in text)


def _goes_on(text: str, outside: int, inside: int) -> bool:
    if not 0 <= outside < len(text) or not text[outside].isalnum():
        return False
    return text[inside].isalnum() and _UNSPACED.match(text, inside) is None
