"""A light guess at the language of a text, from its commonest words and its script."""

from __future__ import annotations

import re

_WORDS = {
    "de": {"der", "die", "das", "und", "ist", "nicht", "sie", "mit", "auf", "für", "eine", "bist", "wenn"},
    "en": {"the", "and", "is", "not", "you", "with", "for", "are", "of", "to", "if", "that", "must"},
    "es": {"el", "los", "las", "y", "es", "no", "con", "para", "una", "eres", "que", "del", "usted"},
    "fr": {"le", "les", "et", "est", "pas", "vous", "avec", "pour", "une", "des", "que", "dans", "êtes"},
    "it": {"il", "gli", "e", "è", "non", "con", "per", "una", "sei", "che", "della", "di", "nel"},
    "nl": {"de", "het", "en", "niet", "je", "met", "voor", "een", "bent", "van", "dat", "als"},
    "pt": {"o", "os", "e", "é", "não", "com", "para", "uma", "você", "que", "do", "da", "em"},
}
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)
_MIN_WORDS = 5
_MIN_SHARE = 0.12
_MIN_SCRIPT = 10


def language_of(text: str) -> str | None:
    """Return the BCP 47 tag of ``text``'s language; None when it cannot be told.

    A guess for a draft that a person corrects; nothing is decided by it.

    >>> language_of("You are a helpful assistant for the customers of the shop.")
    'en'
    >>> language_of("{{x}}") is None
    True
    """
    for tag, pattern in _SCRIPTS:
        if len(pattern.findall(text)) >= _MIN_SCRIPT:
            return tag
    words = re.findall(r"[^\W\d_]+", text.lower())
    if len(words) < _MIN_WORDS:
        return None
    counts = {tag: sum(word in common for word in words) for tag, common in _WORDS.items()}
    best = max(counts, key=lambda tag: (counts[tag], tag == "en", tag))
    return best if counts[best] / len(words) >= _MIN_SHARE else None
