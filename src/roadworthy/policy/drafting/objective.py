"""Turns a statement into a sentence that begins with *Verify that* and that a reviewer can answer yes or no to."""

from __future__ import annotations

import re

from roadworthy.policy.drafting.statement import Language, Statement
from roadworthy.policy.drafting.words.wording import NOUNS_TOO, VERBS

MAX_OBJECTIVE = 400
"""Characters; a longer statement is cut, and the review list says so."""

_NAMES = {Language.GERMAN: "German", Language.FRENCH: "French"}
_SINGULAR = re.compile(
    r"^(?:each|every|any|an?|one|no|this|that|the use|it|everyone|everybody|somebody)\b", re.IGNORECASE
)
_PLURAL = re.compile(
    r"^(?:all|both|many|several|few|these|those|they|we|you|staff|people|personnel|data|at least \d+)\b", re.IGNORECASE
)
_PLURAL_HEADS = frozenset(["staff", "people", "personnel", "children", "criteria", "media", "men", "women", "data"])
_SINGULAR_HEADS = frozenset(
    ["analysis", "process", "access", "bias", "business", "class", "loss", "chaos", "status", "basis", "canvas"]
)
_AFTER_HEAD = re.compile(
    r"\s(?:of|for|in|on|from|with|to|by|that|which|who|under|at|without|used|answering|about|between)\s|,",
    re.IGNORECASE,
)
_SHALL = re.compile(
    r"\b(?:must|shall|will|(?:is|are) (?:required |obliged |obligated )?to|(?:has|have) to|needs? to)"
    r"(?P<adverb>(?: (?:always|also|never|promptly|clearly|explicitly|only|regularly|at all times|either))?)"
    r"(?P<negated> not| never)? (?P<verb>[a-z]+)",
    re.IGNORECASE,
)
_NEEDED = re.compile(r"\s\b(is|are) (?:required|mandatory|compulsory|obligatory)\b(?! to\b)", re.IGNORECASE)
_NOT_ALLOWED = re.compile(r"\b(?:may|can) ?not(?P<only>) (?P<verb>[a-z]+)|\bcannot (?P<verb2>[a-z]+)", re.IGNORECASE)
_MAY = re.compile(r"\b(?:may|can) (?P<only>only |solely )?(?P<verb>[a-z]+)", re.IGNORECASE)
_FORBIDDEN_TO = re.compile(
    r"^it is (?:strictly )?(?:prohibited|forbidden|not permitted|not allowed) to (?P<verb>[a-z]+)", re.IGNORECASE
)
_BANNED = re.compile(
    r"\b(?:is|are) (?:strictly |expressly )?(?:prohibited|forbidden|banned|disallowed|not permitted|not allowed)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?P<condition>(?:except(?: for)?|apart from|other than|with the exception of"
    r"|if|where|when|whenever|before|after|unless|until|for|in)\b[^,;]{2,300}), (?P<rest>.+)$",
    re.IGNORECASE | re.DOTALL,
)


def objective_of(statement: Statement) -> str:
    """Return the objective of a binding ``statement``: one sentence, ended by a full stop.

    A statement in another language than English is quoted, not translated.
    """
    text = " ".join(statement.text.split())
    if statement.language is not Language.ENGLISH:
        words = _cut(text.rstrip(". "), MAX_OBJECTIVE - 60)
        return f"Verify that what the policy says in {_NAMES[statement.language]} is met: “{words}”."
    said = _cut(text.rstrip(". ;"), MAX_OBJECTIVE - 20)
    leading = _LEADING.match(said)
    if leading is not None:
        condition = _lowered(leading.group("condition"))
        return f"Verify that {_claim(leading.group('rest'))} {condition}."
    return f"Verify that {_claim(said)}."


def _claim(text: str) -> str:
    """Return what holds once ``text`` is done: *owners must log* becomes *owners log*."""
    forbidden = _FORBIDDEN_TO.match(text)
    if forbidden is not None:
        return f"nobody {_third(forbidden.group('verb'))}{text[forbidden.end() :]}"
    instructed = _instructed(text)
    if instructed:
        return instructed
    needed = _NEEDED.search(text)
    if needed is not None:
        return _lowered(f"{text[: needed.start()]} {needed.group(1)} in place{text[needed.end() :]}")
    for pattern in (_SHALL, _NOT_ALLOWED, _MAY):
        found = pattern.search(text)
        if found is not None:
            return _lowered(_stated(text, found))
    return f"this holds: {_lowered(text)}"


def _instructed(text: str) -> str:
    first, _, rest = text.partition(" ")
    if _BANNED.search(text[:120]) is not None:
        return ""
    if first.casefold() in ("please", "always"):
        return _instructed(rest[:1].upper() + rest[1:])
    negated = re.match(r"(?:do not|don['’]t|never) ([a-z]+)", text, re.IGNORECASE)
    if negated is not None:
        return f"nobody {_third(negated.group(1).casefold())}{text[negated.end() :]}"
    if first.casefold() in VERBS and _SHALL.search(text[:60]) is None:
        return f"those concerned {first.casefold()} {rest}"
    return ""


def _stated(text: str, found: re.Match[str]) -> str:
    groups = found.groupdict()
    subject, rest = text[: found.start()].rstrip(), text[found.end() :]
    verb = (groups.get("verb") or groups.get("verb2") or "").casefold()
    plural = is_plural(subject)
    adverb = (groups.get("adverb") or groups.get("only") or "").strip()
    negated = bool(groups.get("negated")) or found.re is _NOT_ALLOWED or adverb == "never"
    adverb = "" if adverb == "never" else f"{adverb} " if adverb else ""
    if verb == "be" or found.group().casefold().split()[-2:-1] == ["be"]:
        is_ = "are" if plural else "is"
        done = "" if verb == "be" else f" {verb}"
        return f"{subject} {is_}{' not' if negated else ''} {adverb}".rstrip() + f"{done}{rest}"
    if negated:
        return f"{subject} {'do' if plural else 'does'} not {adverb}{verb}{rest}"
    if plural:
        return f"{subject} {adverb}{verb}{rest}"
    return f"{subject} {adverb}{_third(verb)}{_second_verb(rest)}"


def _second_verb(rest: str) -> str:
    """Bring ``log and keep …`` into the third person as a whole."""

    def third(found: re.Match[str]) -> str:
        verb = found.group(2)
        known = verb in VERBS and (verb not in NOUNS_TOO or found.group(3) is not None)
        return f"{found.group(1)}{_third(verb)}{found.group(3) or ''}" if known else found.group()

    return re.sub(
        r"^((?:, [a-z]+)* and )([a-z]+)( (?:a|an|the|it|its|them|this|their|every|each|all)\b)?", third, rest, count=1
    )


def is_plural(subject: str) -> bool:
    """Return whether ``subject`` takes *are*, as far as its form says.

    >>> subjects = "All models", "Each of the models", "The owner of tools", "Staff", "Bias", "Logs and records"
    >>> [is_plural(subject) for subject in subjects]
    [True, False, False, True, False, True]
    """
    subject = re.sub(r"^(?:the following|only) ", "", subject.strip(), flags=re.IGNORECASE)
    if _SINGULAR.match(subject) is not None:
        return False
    head = _AFTER_HEAD.split(f"{subject} ", maxsplit=1)[0]
    if _PLURAL.match(subject) is not None or " and " in head:
        return True
    last = re.findall(r"[a-z]+", head.casefold())[-1:]
    if not last:
        return False
    word = last[0]
    return word in _PLURAL_HEADS or (
        word.endswith("s") and not word.endswith(("ss", "us", "is")) and word not in _SINGULAR_HEADS
    )


def _third(verb: str) -> str:
    if verb in ("have", "be", "do"):
        return {"have": "has", "be": "is", "do": "does"}[verb]
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


def _lowered(text: str) -> str:
    """Lower the first letter, unless the word is a name or an abbreviation."""
    first = text.split(" ", 1)[0]
    if len(first) > 1 and not first[1:].islower():
        return text
    return text[:1].lower() + text[1:]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0][: most - 1] + "…"
