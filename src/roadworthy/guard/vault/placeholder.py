"""How placeholders are written, and how they are known again after a model has rewritten them.

A placeholder is a word for what it stands for, the mark ``PV`` and sixteen characters: ``EMAIL-PVQ7K2M9RT4WZ3XN5H6C``.
It has letters, digits and one hyphen only, so that JSON, Markdown, HTML and addresses leave it alone. Its alphabet
has no vowels, so that no word is one. Fourteen of the characters are taken from a keyed digest of the value: who has
no key can neither guess nor make one. The last two are a check sum, so that ordinary text is hardly ever taken for a
placeholder. It is known again in any case, without its first word, and with up to two spaces, hyphens, dots, stars
or the like between any two characters.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

_ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"
_KEYED, _CHECKED = 14, 2
CODE_LENGTH = _KEYED + _CHECKED
"""Characters after the mark: 67 bits of a keyed digest, and a check sum of 784 values."""

_BETWEEN = r"[\s\-_.*`~\\\u200b\u200c\u200d\u2060\ufeff\u00ad]{0,2}"
_CHARACTER = "[2-9B-DF-HJ-NP-TV-XZb-df-hj-np-tv-xz]"
MAIL_HOST = "placeholder.invalid"
"""No such host can be (RFC 2606)."""

_MAX_LABEL = 16
_CODE = f"[Pp]{_BETWEEN}[Vv]" + f"{_BETWEEN}{_CHARACTER}" * CODE_LENGTH
_SUFFIX = f"@{MAIL_HOST}"
_BETWEEN_ALL = re.compile(_BETWEEN.removesuffix("{0,2}") + "+")
_WHOLE = re.compile(f"(?P<code>{_CODE})(?P<host>(?i:{re.escape(_SUFFIX)}))?")
_BEFORE = re.compile(rf"[A-Za-z]{{1,{_MAX_LABEL}}}{_BETWEEN}\Z")

LONGEST = _MAX_LABEL + 2 + 1 + 2 + 1 + 3 * CODE_LENGTH + len(_SUFFIX)
"""Characters of a placeholder at most, however it was spaced out."""

_BETWEEN_FOLDED = r"[\s\-_.*`~\\]{0,2}"
TRIGGER = rf"p{_BETWEEN_FOLDED}v(?:{_BETWEEN_FOLDED}[2-9b-df-hj-np-tv-xz]){{{CODE_LENGTH}}}"
"""RE2 over normalised, lower-case text, without invisible characters, that matches wherever a placeholder stands."""


class Form(StrEnum):
    """How a placeholder is written."""

    WORD = "word"
    """``EMAIL-PV…``."""

    MAIL = "mail"
    """``email-pv…@placeholder.invalid``, for programs that want an address where one stood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What looks like a placeholder in a text, and has the right check sum."""

    start: int
    """Of the word before the mark, or of the mark where there is no word."""

    mark: int
    """Where the mark begins."""

    code_end: int
    """After the code."""

    end: int
    """After the host, where one follows; otherwise as `code_end`."""

    label: str
    """The word before the mark, in capitals; empty for none."""

    code: str
    """In capitals, without what stood between."""


def code_for(key: bytes, *, kind: str, value: str, attempt: int = 0) -> str:
    """Return the code that stands for ``value``: the same for the same key, kind and attempt.

    Args:
        key: Of the conversation, 32 bytes. It is what makes codes unguessable and different elsewhere.
        kind: What the value is, such as ``email``.
        value: As it stands in the text.
        attempt: From 0; the next one where a code is taken by another value.

    >>> len({code_for(key * 32, kind="email", value="ana@shop.test") for key in (b"j", b"k", b"k")})
    2
    """
    said = f"{attempt}\0{kind}\0{value}".encode("utf-8", "surrogatepass")
    number = int.from_bytes(hmac.new(key, said, hashlib.sha256).digest(), "big")
    code = ""
    for _ in range(_KEYED):
        number, rest = divmod(number, len(_ALPHABET))
        code += _ALPHABET[rest]
    return code + _check(code)


def written(code: str, *, label: str, form: Form = Form.WORD) -> str:
    """Return the placeholder with ``code`` as it stands in a text.

    >>> written("Q7K2M9RT4WZ3XN5H6C"[:16], label="EMAIL")
    'EMAIL-PVQ7K2M9RT4WZ3XN5H'
    """
    return f"{label}-PV{code}" if form is Form.WORD else f"{label}-pv{code}{_SUFFIX}".lower()


def label_of(kind: str) -> str:
    """Return the word that tells a reader what a placeholder of ``kind`` stands for.

    >>> label_of("e-mail address"), label_of("us_ssn"), label_of("7")
    ('EMAILADDRESS', 'USSSN', 'DATA')
    """
    letters = "".join(c for c in kind.upper() if "A" <= c <= "Z")[:_MAX_LABEL]
    return letters if len(letters) > 1 else "DATA"


def seen_in(text: str) -> Iterator[Seen]:
    """Yield what looks like a placeholder, in order; whether one is known is not asked.

    >>> code = code_for(b"k" * 32, kind="email", value="ana@shop.test")
    >>> spaced = " ".join(written(code, label="EMAIL").lower())
    >>> [found.code == code for found in seen_in(f"Write to **{spaced}**!")]
    [True]
    """
    done = 0
    while (one := next_seen(text, done)) is not None:
        yield one
        done = one.end


def next_seen(text: str, done: int) -> Seen | None:
    """Return the first that looks like a placeholder and lies after ``done``; None: there is none."""
    at = done
    while (found := _WHOLE.search(text, at)) is not None:
        code = _BETWEEN_ALL.sub("", found["code"]).upper()[2:]
        if _check(code[:_KEYED]) == code[_KEYED:]:
            start = _before(text, done, found.start())
            label = _BETWEEN_ALL.sub("", text[start : found.start()]).upper()
            return Seen(
                start=start, mark=found.start(), code_end=found.end("code"), end=found.end(), label=label, code=code
            )
        at = found.start() + 1
    return None


def under_way(text: str, done: int) -> tuple[int, int]:
    """Return where a placeholder may be under way at the end of ``text``, after ``done``.

    Returns:
        Where the word before its mark may begin, and where its mark may; the text's length twice for nowhere.
    """
    found = _UNDER_WAY.search(text, max(done, len(text) - LONGEST))
    mark = found.start() if found is not None else len(text)
    return _before(text, done, mark), mark


def _before(text: str, done: int, mark: int) -> int:
    """Return where the word in front of ``mark`` begins; ``mark`` for none."""
    found = _BEFORE.search(text, max(done, mark - _MAX_LABEL - 2), mark)
    return found.start() if found is not None else mark


def _check(code: str) -> str:
    total = int.from_bytes(hashlib.blake2b(code.encode(), digest_size=4, person=b"rw placeholder").digest(), "big")
    first, second = divmod(total % len(_ALPHABET) ** 2, len(_ALPHABET))
    return _ALPHABET[first] + _ALPHABET[second]


def _beginning_of(pieces: Sequence[str]) -> str:
    """Return a pattern of the first of ``pieces`` and of as many more as follow."""
    pattern = ""
    for piece in reversed(pieces[1:]):
        pattern = f"(?:{piece}{pattern})?"
    return pieces[0] + pattern


_HOST_UNDER_WAY = _beginning_of([re.escape(c) for c in _SUFFIX[:-1]])
_UNDER_WAY = re.compile(
    rf"(?:{_beginning_of(['[Pp]', f'{_BETWEEN}[Vv]', *[f'{_BETWEEN}{_CHARACTER}'] * (CODE_LENGTH - 1)])}{_BETWEEN}"
    rf"|{_CODE}(?i:{_HOST_UNDER_WAY})?)\Z"
)
