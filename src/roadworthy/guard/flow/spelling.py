"""How things are written: cuts a text into words and values, each in the one spelling that its equals have.

This is the strict side: two texts have the same spelling only if they say the same to a machine that acts on them. Case
does not count where nobody means anything by it (words, hosts, e-mail addresses, IBANs), and counts everywhere else
(paths, passwords, ids of both cases). Letters that only look alike are different letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from roadworthy.guard.flow.quantity import date_keys, number_of, unit_of

MARK = "\0"
"""Stands on both sides of each word of a `Spelling.line`, so that a stretch found in it ends where words end."""

_APART = f"{MARK} {MARK}"

_NO_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Scripts that put no spaces between words: each character is a word."""

_ENDS = r"""\s<>"“”„‚«»(){}\[\],;|`–—→⇒\u200b\ufeff"""
_CHUNK = rf"[^{_ENDS}{_NO_SPACES}]+(?:(?<=[0-9]),(?=[0-9])[^{_ENDS}{_NO_SPACES}]+)*|[{_NO_SPACES}]"
_WORD = re.compile(_CHUNK)
_PIECES = re.compile(f"({_CHUNK})")
_WORD_OR_URL = re.compile(
    rf"""(?P<url>[A-Za-z][A-Za-z0-9+.-]{{1,15}}://(?:(?![,;][A-Za-z][A-Za-z0-9+.-]{{1,15}}://)[^\s<>"“”„«»{{}}|\\^`—–→⇒\u200b\ufeff])+)|{_CHUNK}"""
)
_LEADING = "'‘’*_!¿¡:=…·•"
_TRAILING = ".:!?'’‘*_=…"
_MOST_OPEN = 8
_URL_TRAILING = ".,:;!?'’*_)]"
_SPACE = re.compile(r"\s+")
_QUOTES = str.maketrans("“”„«»‘’\u00a0", '"""""\'\' ')
_EMAIL = re.compile(r"(?:mailto:)?([^\s@:/]+)@([^\s@:/]+)", re.IGNORECASE)
_NAMED = re.compile(r"([^\W\d_]{2,}|[^\W\d_][\w-]+)[:=](?![/\\])(.+)", re.DOTALL)
_POSSESSIVE = re.compile(r"(.+)['’]s", re.DOTALL)
_ADDRESSES_APART = re.compile("[/&+]")
_LINE_OF_FILE = re.compile(r"([\w./\\-]*\w\.[A-Za-z][A-Za-z0-9]{0,4})(?::[0-9]{1,7}){1,2}")
_MEASURED = re.compile(
    r"((?:[1-9][0-9]*|0)(?:[.,][0-9]+)?)(?:[mµk]?g|[mcdk]?l|[mcdk]?m|s|secs?|mins?|hr?s?|d|x|×|pcs?|px|[kmg]b|k?wh?|°[CF]?)"
)
"""A number with a unit that does not change how many it is: ``65k`` and ``5m`` of money are other numbers."""

_FOREIGN_MONEY = re.compile(r"(?:[A-Z]{1,2}[$]|Rs\.?)([0-9].*)", re.DOTALL)
_FRACTION = re.compile(r"\.[0-9]+")
_FEW_DIGITS_LISTED = re.compile("[0-9]{1,2}(?:,[0-9]{1,2}){2,20}")
_DIGIT = re.compile("[0-9]")
_LONGEST_QUICK = 64
"""Characters of a text that is cut up at its spaces first."""

_ONE_WORD = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9@._-]{0,62}[A-Za-z0-9])?")
_DIGITS_OF_MORE = 7
"""Digits from which a word may be a date, a telephone number or an IBAN."""

_LONGEST_KEPT, _MOST_KEPT = 40, 20_000
"""Characters of a word, and words, that `Words` keeps."""

SENTENCE_ENDS = frozenset(("", ".", "!", "?"))


class Spelling:
    """A text in the spelling of its equals."""

    __slots__ = ("_line", "_spans", "_text", "gaps", "keys", "within")

    def __init__(self, text: str, keys: tuple[str, ...], gaps: tuple[str, ...], within: tuple[str, ...]) -> None:
        self._text = text
        self.keys = keys
        """Of its words and values, in order."""

        self.gaps = gaps
        """What stands before the first, between, and after the last; white space is one space."""

        self.within = within
        """Keys of values within words."""

        self._line: str | None = None
        self._spans: tuple[tuple[int, int], ...] | None = None

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Where each word stands in the text."""
        if self._spans is None:
            self._spans = tuple((start, end) for start, end, _ in _places(self._text))
        return self._spans

    def stretch(self, first: int, last: int) -> str:
        """Return the words from ``first`` to before ``last`` with what stands between them."""
        if last - first == 1:
            return f"{MARK}{self.keys[first]}{MARK}"
        if first >= last:
            return MARK
        parts = [""] * (2 * (last - first) + 1)
        parts[1::2] = self.keys[first:last]
        parts[2:-1:2] = self.gaps[first + 1 : last]
        return MARK.join(parts)

    @property
    def line(self) -> str:
        """All of it, from the first word to the last."""
        if self._line is None:
            self._line = self.stretch(0, len(self.keys))
        return self._line

    def __repr__(self) -> str:
        return f"Spelling(words={len(self.keys)})"


class Words:
    """The words that one run has read, with their spellings, so that none is worked out twice. Goes with its ledger."""

    __slots__ = ("_odd", "plain")

    def __init__(self) -> None:
        self.plain: dict[str, str] = {}
        """Keys of words of letters and digits alone."""

        self._odd: dict[str, tuple[int, str, int, tuple[str, ...]]] = {}

    def spell(self, said: Sequence[str], keys: list[str | None], gaps: list[str]) -> tuple[str, ...]:
        """Put the keys that are missing into ``keys``, and what is no part of a word into ``gaps``.

        Returns:
            Keys of values within words.
        """
        within: list[str] = []
        for place in [place for place, key in enumerate(keys) if key is None]:
            word = said[place]
            if _is_one(word):
                keys[place] = self.key(word)
                continue
            start, odd, end, further = self._odd.get(word) or self._spelled(word)
            within += further
            if not odd:
                continue
            keys[place] = odd
            if start:
                gaps[place] += word[:start]
            if end < len(word):
                gaps[place + 1] = word[end:] + gaps[place + 1]
        return tuple(within)

    def key(self, word: str) -> str:
        """Return the key of a word of letters and digits."""
        key = _key(word)
        if len(word) <= _LONGEST_KEPT and len(self.plain) < _MOST_KEPT:
            self.plain[word] = key
        return key

    def known(self, word: str) -> str:
        """Return the key of a word that was read, where all of it has one; empty: it was not, or not."""
        key = self.plain.get(word)
        if key is not None:
            return key
        odd = self._odd.get(word)
        return odd[1] if odd is not None and not odd[0] and odd[2] == len(word) else ""

    def _spelled(self, word: str) -> tuple[int, str, int, tuple[str, ...]]:
        start, end = 0, len(word)
        if not word[0].isalnum() or not word[-1].isalnum():
            start, end = _trimmed(word, start, end, is_url=False)
        said = word[start:end]
        found = (start, _key(said) if said else "", end, () if not said or _is_one(said) else tuple(_within(said)))
        if len(word) <= _LONGEST_KEPT and len(self._odd) < _MOST_KEPT:
            self._odd[word] = found
        return found

    def __repr__(self) -> str:
        return f"Words({len(self.plain) + len(self._odd)})"


def spelled(text: str, words: Words | None = None) -> Spelling:
    """Return ``text`` in the spelling of its equals.

    Args:
        text: Any.
        words: Those of the run, of which it makes use, and to which it adds.

    >>> spelled("Pay Bob $10.00 (bob@Example.com).").keys
    ('pay', 'bob', '#10$', 'bob@example.com')
    """
    if "://" in text:
        return _with_urls(text)
    words = words or Words()
    if text.isascii() and _is_one(text):
        return Spelling(text, (words.plain.get(text) or words.key(text),), ("", ""), ())
    if len(text) <= _LONGEST_QUICK:
        plain = words.plain
        known = tuple([plain.get(word, "") for word in text.split(" ")])
        if "" not in known:
            spelling = Spelling(text, known, ("", *(" ",) * (len(known) - 1), ""), ())
            spelling._line = f"{MARK}{_APART.join(known)}{MARK}"
            return spelling
    pieces = _PIECES.split(text)
    said, gaps = pieces[1::2], pieces[::2]
    keys: list[str | None] = list(map(words.plain.get, said))
    within: tuple[str, ...] = ()
    if None in keys:
        within = words.spell(said, keys, gaps)
        if None in keys:
            gaps = _joined(said, keys, gaps)
    shown = tuple([gap if gap in _PLAIN_GAPS else _gap(gap) for gap in gaps])
    return Spelling(text, tuple(filter(None, keys)), shown, within)


def _is_one(word: str) -> bool:
    """Return whether no value stands within a word: it is letters and digits, and no number with a unit."""
    return word.isalnum() and not (word[0].isdecimal() and word[-1].isalpha())


def _joined(said: Sequence[str], keys: Sequence[str | None], gaps: Sequence[str]) -> list[str]:
    """Return the gaps with what is all signs and no word."""
    joined, pieces = [], [gaps[0]]
    for place, key in enumerate(keys):
        if key is None:
            pieces += (said[place], gaps[place + 1])
        else:
            joined.append("".join(pieces))
            pieces = [gaps[place + 1]]
    return [*joined, "".join(pieces)]


def _with_urls(text: str) -> Spelling:
    keys: list[str] = []
    gaps: list[str] = []
    within: list[str] = []
    before = 0
    for start, end, is_url in _places(text):
        said = text[start:end]
        keys.append(_url(said) if is_url else _key(said))
        if not _is_one(said):
            within += _within(said)
        gaps.append(_gap(text[before:start]))
        before = end
    gaps.append(_gap(text[before:]))
    return Spelling(text, tuple(keys), tuple(gaps), tuple(within))


def _places(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield where the words of ``text`` stand, and whether each is a URL."""
    for match in (_WORD_OR_URL if "://" in text else _WORD).finditer(text):
        start, end = match.span()
        is_url = match.lastgroup == "url"
        if not text[start].isalnum() or not text[end - 1].isalnum():
            start, end = _trimmed(text, start, end, is_url=is_url)
        if start < end:
            yield start, end, is_url


def _trimmed(text: str, start: int, end: int, *, is_url: bool) -> tuple[int, int]:
    said = text[start:end]
    if is_url:
        body = said.rstrip(_URL_TRAILING)
        for sign in said[len(body) : len(body) + _MOST_OPEN]:
            if sign != ")" or body.count("(") <= body.count(")"):
                break
            body += sign
        return start, start + len(body)
    end = start + len(said.rstrip(_TRAILING))
    return start + len(said) - len(said.lstrip(_LEADING)), end


def _of_letters(said: str) -> str:
    small = said.lower()
    return small if said == small or said.istitle() or said.isupper() else said


def key_of_word(text: str, words: Words | None = None) -> str:
    """Return the key of a text that is plainly one word or address; empty: ask `spelled` and `whole_keys`.

    Args:
        text: Any.
        words: Those of the run.

    >>> key_of_word("Bob@example.com"), key_of_word("two words"), key_of_word("+49 30 1234567")
    ('bob@example.com', '', '')
    """
    if " " in text or _ONE_WORD.fullmatch(text) is None:
        return ""
    if len(text) >= _DIGITS_OF_MORE and "@" not in text and len(_DIGIT.findall(text)) >= _DIGITS_OF_MORE:
        return ""
    return (words and words.known(text)) or _key(text)


def _gap(text: str) -> str:
    return text if text in _PLAIN_GAPS else _SPACE.sub(" ", text.translate(_QUOTES))


_PLAIN_GAPS = frozenset(("", " ", ", ", ". "))


def _key(said: str) -> str:
    """Return the one spelling of a word."""
    if said.isalpha() and said.isascii():
        return _of_letters(said)
    if _DIGIT.search(said):
        number = number_of(said)
        if number:
            return f"#{number}{unit_of(said)}"
        for key in date_keys(said):
            return key
    email = _EMAIL.fullmatch(said) if "@" in said else None
    if email:
        return f"{email[1]}@{email[2].rstrip('.')}".lower()
    return _plain(said)


def _plain(said: str) -> str:
    said = unicodedata.normalize("NFC", said.replace("’", "'"))
    if "/" in said or "\\" in said or not said.isprintable():
        return said
    if said.islower() or said.isupper():
        return said.lower()
    return said.lower() if said.istitle() and not any(sign.isdigit() for sign in said) else said


def _url(said: str) -> str:
    scheme, _, rest = said.partition("://")
    for place, sign in enumerate(rest):
        if sign in "/?#":
            host, tail = rest[:place], rest[place:]
            break
    else:
        host, tail = rest, ""
    if "@" in host:
        return said
    scheme, host = scheme.lower(), host.lower().rstrip(".")
    port = {"http": ":80", "https": ":443"}.get(scheme, "")
    host = host.removesuffix(port) if port else host
    return f"{scheme}://{host}{tail.rstrip('/') if '?' not in tail and '#' not in tail else tail}"


def _within(said: str) -> Iterator[str]:
    possessive = _POSSESSIVE.fullmatch(said)
    if possessive:
        yield _key(possessive[1])
    if "@" in said and _ADDRESSES_APART.search(said):
        addresses = _ADDRESSES_APART.split(said)
        if all(map(_EMAIL.fullmatch, addresses)):
            yield from map(_key, addresses)
    named = _NAMED.fullmatch(said)
    if named and "://" not in said:
        yield _key(named[2].strip(_LEADING))
    if said[0] in "#@$€£¥~+" and len(said) > 1:
        yield _key(said[1:])
    file = _LINE_OF_FILE.fullmatch(said)
    if file:
        yield _key(file[1])
    if _DIGIT.search(said):
        yield from _numbers_within(said)


def _numbers_within(said: str) -> Iterator[str]:
    """Yield the keys of numbers with a currency or a unit, and of short ones in a list."""
    number = number_of(said) if unit_of(said) else ""
    if number:
        yield f"#{number}"
    if _FEW_DIGITS_LISTED.fullmatch(said):
        yield from (f"#{one}" for one in map(number_of, said.split(",")) if one)
    measured = _MEASURED.fullmatch(said)
    money = _FOREIGN_MONEY.fullmatch(said)
    plain = measured[1] if measured else money[1] if money else f"0{said}" if _FRACTION.fullmatch(said) else ""
    number = number_of(plain) if plain else ""
    if number:
        yield f"#{number}"


def whole_key(text: str, spelling: Spelling) -> str:
    """Return the key of all words of ``text`` with what stands between and around them; empty: of no text."""
    words, gaps = spelling.keys, spelling.gaps
    if len(words) == 1 and gaps[1] in SENTENCE_ENDS and not gaps[0]:
        return words[0]
    before, after = gaps[0].strip(), gaps[-1].strip()
    if not words:
        return f"={_gap(text)}" if text else ""
    return words[0] if len(words) == 1 and not before and after in SENTENCE_ENDS else f"={before}{spelling.line}{after}"
