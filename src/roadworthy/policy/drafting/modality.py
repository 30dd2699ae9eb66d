"""Tells a duty from leave, advice, a definition and everything else."""

from __future__ import annotations

import re

from roadworthy.policy.drafting.statement import Language, Modality
from roadworthy.policy.drafting.words.wording import ACTORS, FUNCTION_WORDS, NOUNS_TOO, SIGNS, VERBS, WILL

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_QUOTED = re.compile(r"[\"“„«][^\"“”„«»]{1,80}[\"”“»]|(?<!\w)['‘][^'’]{1,40}['’](?!\w)")
_IMPERATIVE = re.compile(r"(?:please |always |never |do not |don['’]t )?(\w+)", re.IGNORECASE)
_NEGATED = re.compile(r"(?:please )?(?:never|do not|don['’]t)\b", re.IGNORECASE)
_FINITE = re.compile(r"\b(?:is|are|was|were|has|have|does|applies|contains|covers|means)\b", re.IGNORECASE)


def language_of(text: str, *, otherwise: Language = Language.ENGLISH) -> Language:
    """Return the language whose small words ``text`` uses most; ``otherwise`` where none stands out.

    >>> language_of("Jedes System muss vor dem Einsatz geprüft werden.").value
    'de'
    """
    words = [word.casefold() for word in _WORD.findall(text[:4000])]
    counts = {language: sum(word in small for word in words) for language, small in FUNCTION_WORDS.items()}
    best = max(counts, key=lambda language: (counts[language], language is otherwise))
    return best if counts[best] > 0 else otherwise


def find(text: str) -> tuple[Modality, re.Match[str] | None]:
    """Return the modality of ``text`` and where its words of duty stand; `CONTEXT` and None where there are none.

    Words in quotation marks do not bind: a policy may say what “must” means.

    >>> find("Staff may not paste client data.")[0].value, find("Is it what you must do?")[0].value
    ('prohibition', 'context')
    """
    shown = _QUOTED.sub(lambda found: "\x00" * len(found.group()), text)
    if shown.rstrip().endswith("?"):
        return Modality.CONTEXT, None
    for modality, signs in SIGNS:
        found = signs.search(shown)
        if found is not None and not _is_only_named(shown, found):
            return modality, found
    will = WILL.search(shown)
    if will is not None and ACTORS.search(shown[: will.start()]):
        return Modality.PROHIBITION if will.group()[0] in "cC" else Modality.OBLIGATION, will
    return Modality.CONTEXT, None


_RELATIVE = re.compile(r"\b(?:what|that|which|who|how|was|wer|wie|qui|ce que)(?: \w+){0,4} *$", re.IGNORECASE)
_INTRODUCES = re.compile(
    r"\b(?:explains?|describes?|says?|tells?|lists?|sets out|sums up|beschreibt|erklärt|regelt|nennt|décrit"
    r"|explique|précise)\b",
    re.IGNORECASE,
)


def _is_only_named(text: str, found: re.Match[str]) -> bool:
    """Whether the words of duty stand in *this document explains what owners must do*."""
    before = text[: found.start()]
    return _INTRODUCES.search(before) is not None and _RELATIVE.search(before) is not None


def instruction(text: str) -> Modality | None:
    """Return what an instruction, ``Keep a log …`` or ``Do not …``, asks for; None where ``text`` is none.

    >>> instruction("Do not share the output."), instruction("Logs of the system")
    (<Modality.PROHIBITION: 'prohibition'>, None)
    """
    found = _IMPERATIVE.match(text)
    if found is None or found.group(1).casefold() not in VERBS or len(text.split()) < 3:
        return None
    if _NEGATED.match(text):
        return Modality.PROHIBITION
    verb = found.group(1).casefold()
    following = text[found.end() :].split()[:1]
    if verb in NOUNS_TOO and not (following and following[0].casefold() in DETERMINERS):
        return None
    return None if _FINITE.search(" ".join(text.split()[:4])) else Modality.OBLIGATION


DETERMINERS = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "all",
        "any",
        "each",
        "every",
        "its",
        "their",
        "his",
        "her",
        "our",
        "your",
        "it",
        "them",
        "no",
        "both",
        "such",
        "what",
        "which",
        "how",
        "at",
        "only",
        "new",
    ]
)
"""What follows a verb and not a noun."""
