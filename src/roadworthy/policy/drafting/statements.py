"""Reads sentences as statements: puts back what a list or a conjunction shares, and splits what stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from roadworthy.policy.drafting.modality import DETERMINERS, find, instruction, language_of
from roadworthy.policy.drafting.quantities import quantities_in
from roadworthy.policy.drafting.statement import Language, Modality, Sentence, Statement
from roadworthy.policy.drafting.words.wording import CONDITION, EXCEPTION, NOUNS_TOO, REFERENCE, UNDER_HEADING, VERBS

MAX_TEXT = 4_000
"""Characters of a statement that are read; a longer one is cut, and its source is kept whole."""

_DEMANDING_COLUMN = re.compile(
    r"requirement|control|obligation|rule|duty|must|anforderung|pflicht|maßnahme|exigence|règle"
)
_DEFINING = re.compile(r"definition|glossar|terms|begriffe|définition")
_TAIL = re.compile(r"[\s;,]+(?:and|or|und|oder|et|ou)?[\s;,.]*$", re.IGNORECASE)
_FOLLOWING = re.compile(
    r"^(?P<lead>.*?\b)?the following(?: [\w-]+){0,2}? (?P<rest>(?:must|shall|may|are|is|should)\b.*)$", re.IGNORECASE
)
_JOINT = re.compile(r"(?:;\s+(?:and\s+|und\s+|et\s+|but\s+)?|,?\s+(?:and|und|et|but|aber|mais)\s+)", re.IGNORECASE)
_MODAL = re.compile(
    r"\b(?P<modal>must|shall|should|will|(?:is|are) required to|(?:has|have) to|needs? to)\b", re.IGNORECASE
)
_LEADING_CONDITION = re.compile(
    r"^(?P<condition>(?:if|where|when|whenever|before|after|unless|until|for|in|wenn|falls|sofern|vor|nach|bei"
    r"|si|lorsque|avant|pour|en cas)\b[^,;]{2,200}),\s+",
    re.IGNORECASE,
)
_OBJECT_ENDS = re.compile(
    r"\s(?:before|within|at least|unless|where|if|when|every|until|for|prior|without|so that|in order)\b|[,;.:(]|$"
)


def read_statements(sentences: Iterable[Sentence]) -> tuple[Statement, ...]:
    """Return every statement of ``sentences``, numbered from 1, in their order.

    Each sentence gives one statement or more, and the sources of a sentence's statements,
    joined, are the sentence: nothing is left out and nothing is said twice.
    """
    sentences = tuple(sentences)
    language = language_of(" ".join(s.text for s in sentences if s.kind in ("prose", "item", "cell"))[:20_000])
    found: list[Statement] = []
    introduces = {s.stem for s in sentences if s.stem}
    for sentence in sentences:
        for text, source, modality in _parts(sentence, introduces=introduces):
            found.append(_statement(len(found) + 1, text, source, modality, sentence=sentence, otherwise=language))
    return tuple(found)


def _parts(sentence: Sentence, *, introduces: set[str]) -> Iterator[tuple[str, str, Modality]]:
    """Yield what each statement says, the part of the sentence it comes from, and its modality."""
    text = sentence.text[:MAX_TEXT]
    if sentence.kind in ("code", "comment", "metadata") or sentence.text in introduces:
        yield text, sentence.text, Modality.CONTEXT
        return
    modality, sign = find(text)
    if sign is None:
        said, modality = _inherited(sentence, text)
        yield from _split_item(said, text, sentence.text, modality)
        return
    if modality is Modality.DEFINITION or len(sentence.text) > MAX_TEXT:
        yield text, sentence.text, modality
        return
    for said, source in _split(text):
        yield said, source, find(said)[0] if said != text else modality


def _split_item(said: str, item: str, whole: str, modality: Modality) -> Iterator[tuple[str, str, Modality]]:
    """Split an item that its introduction makes a sentence; the introduction is no part of the sources."""
    begins = len(said.rstrip(".")) - len(_TAIL.sub("", item).rstrip("."))
    if not modality.binds or begins <= 0 or said[begins + 1 :].rstrip(".") != _TAIL.sub("", item).rstrip(".")[1:]:
        yield said, whole, modality
        return
    parts = list(_split(said))
    taken = 0
    for at, (alone, source) in enumerate(parts):
        length = len(source) - (begins if at == 0 else 0)
        last = at == len(parts) - 1
        yield alone, whole[taken:] if last else whole[taken : taken + length], modality
        taken += length


def _inherited(sentence: Sentence, text: str) -> tuple[str, Modality]:
    """Read a sentence that has no words of duty of its own: by its list, its column or as an instruction."""
    if sentence.stem:
        modality, sign = find(sentence.stem)
        if sign is not None and modality is not Modality.DEFINITION:
            return _under(sentence.stem, text), modality
        modality = instruction(sentence.stem) or Modality.CONTEXT
        if modality is not Modality.CONTEXT:
            return _under(sentence.stem, text), modality
    told = instruction(text) if sentence.kind != "heading" else None
    if told is not None:
        return text, told
    headed = _under_heading(sentence, text)
    if headed is not None:
        return headed
    if sentence.kind == "cell" and _DEMANDING_COLUMN.search(sentence.column) and len(text.split()) >= 3:
        return text, Modality.OBLIGATION
    if any(_DEFINING.search(title.casefold()) for title in sentence.place.headings) and ":" in text:
        return text, Modality.DEFINITION
    return text, Modality.CONTEXT


def _under_heading(sentence: Sentence, text: str) -> tuple[str, Modality] | None:
    """Read an item of a list that only a heading introduces, *Prohibited uses*; None where the heading says nothing."""
    heading = sentence.place.headings[-1] if sentence.place.headings else ""
    if sentence.kind != "item" or sentence.stem or not heading:
        return None
    for modality, sign in UNDER_HEADING:
        if sign.search(heading) is not None:
            return f"{heading}: {_TAIL.sub('', text).rstrip('.')}.", modality
    return None


def _under(stem: str, item: str) -> str:
    """Return ``item`` with what introduces its list, so that it reads *Owners must keep logs*."""
    item = _TAIL.sub("", item).rstrip(".")
    following = _FOLLOWING.match(stem.rstrip(": —–"))
    if following is not None:
        return f"{item[:1].upper()}{item[1:]} {following.group('rest')}."
    second = item[1:2]
    first = item[:1] if second.isupper() or not second.isalpha() else item[:1].lower()
    ends_with_verb = re.search(
        r"(?:must|shall|should|may|not|to|that|muss|müssen|nicht|doit|doivent|de|que)[:\s—–]*$", stem, re.IGNORECASE
    )
    joint = " " if ends_with_verb else ": "
    return f"{stem.rstrip(': —–')}{joint}{first if ends_with_verb else item[:1]}{item[1:]}."


def _split(text: str) -> Iterator[tuple[str, str]]:
    """Yield each part of ``text`` that stands alone: what it says, and as written.

    The parts as written, joined, are ``text``.
    """
    start, told, head, parts = 0, 0, "", 0
    for joint in _JOINT.finditer(text):
        alone = _stands_alone(text[told : joint.start()], text[joint.end() :], head=head)
        if alone is None:
            continue
        yield _closed(head + text[told : joint.start()].strip()), text[start : joint.start()]
        start, told, head, parts = joint.start(), joint.end(), alone, parts + 1
    yield (_closed(head + text[told:].strip()) if parts else text), text[start:]


def _stands_alone(left: str, right: str, *, head: str) -> str | None:
    """Return what must be put before ``right`` for it to stand alone (may be empty); None where it does not."""
    whole = head + left
    if find(whole)[1] is None:
        return None
    clause = re.split(r";\s|,?\s(?:and|und|et|but)\s", right, maxsplit=1)[0]
    own, sign = find(clause)
    words = clause.split()
    if words[:1] and words[0].casefold() == "will" and len(words) >= 3 and _subject(whole):
        return f"{_subject(whole)} "
    if sign is not None and own is not Modality.DEFINITION:
        at = len(clause[: sign.start()].split())
        if at >= 1 and not _is_open_condition(left):
            return ""
        subject = _subject(whole)
        return f"{subject} " if at == 0 and subject else None
    modal = _MODAL.search(whole)
    return None if modal is None else _shared_modal(whole, modal, words)


def _shared_modal(whole: str, modal: re.Match[str], words: Sequence[str]) -> str | None:
    """Return the subject and the *must* that a second verb, ``… and document the result``, shares."""
    said = whole[modal.end() :].split()
    verb, following = (*words, "", "")[0].casefold(), (*words, "", "")[1].casefold()
    is_verb = verb in VERBS and (verb not in NOUNS_TOO or following in DETERMINERS)
    if len(words) < 3 or not is_verb or following in ("of", "and", "or"):
        return None
    if len(said) < 2 or said[0].casefold() in ("not", "be") or _is_open_condition(whole[modal.end() :]):
        return None
    return f"{whole[: modal.end()]} "


def _is_open_condition(text: str) -> bool:
    """Whether ``text`` ends inside a condition, so that what follows belongs to it."""
    last = next(reversed(list(CONDITION.finditer(text))), None)
    return (
        last is not None
        and last.end() >= len(text.rstrip())
        and last.group("word").casefold()
        not in (
            "before",
            "after",
            "once",
            "prior to",
            "until",
            "avant",
            "après",
        )
    )


def _subject(text: str) -> str:
    _, sign = find(text)
    return "" if sign is None else text[: sign.start()].strip()


def _closed(text: str) -> str:
    text = text.strip().rstrip(";,")
    if not text:
        return text
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?:" else text + "."


def _statement(
    number: int, text: str, source: str, modality: Modality, *, sentence: Sentence, otherwise: Language
) -> Statement:
    quantities = quantities_in(text) if modality.binds else ()
    statement = Statement(
        number=number,
        text=text,
        source=source,
        place=sentence.place,
        modality=modality,
        language=language_of(text, otherwise=otherwise),
        quantities=quantities,
        refers_to=tuple(dict.fromkeys(found.group(1) for found in REFERENCE.finditer(text)))[:10],
        is_unseen=sentence.kind in ("code", "comment", "metadata"),
        is_exception=sentence.kind in ("prose", "item", "cell") and EXCEPTION.search(text) is not None,
    )
    if not modality.binds:
        return statement
    return replace(statement, actor=_actor(text), object=_object(text), conditions=_conditions(text))


def _actor(text: str) -> str:
    """Return who must act: what stands before the words of duty, unless these are passive."""
    by = re.search(
        r"\bbe \w+(?: \w+){0,6}? by ((?:the |a |an )?[\w -]{3,60}?)(?= before| within| at| every|[,.;]|$)", text
    )
    if by is not None:
        return by.group(1).strip()
    _, sign = find(text)
    if sign is None:
        return ""
    passive = re.match(r"\s*(?:not |only |always )?be\b", text[sign.end() :])
    before = _LEADING_CONDITION.sub("", text[: sign.start()]).strip(" ,")
    return "" if passive or len(before.split()) > 10 else before


def _object(text: str) -> str:
    _, sign = find(text)
    if sign is None:
        return ""
    passive = re.match(r"\s*(?:not |only |always )?be\b", text[sign.end() :])
    if passive:
        return _LEADING_CONDITION.sub("", text[: sign.start()]).strip(" ,")[:200]
    after = text[sign.end() :].strip()
    verb, _, rest = after.partition(" ")
    rest = rest if verb.casefold() in VERBS else after
    ends = _OBJECT_ENDS.search(rest)
    return rest[: ends.start() if ends else len(rest)].strip()[:200]


def _conditions(text: str) -> tuple[str, ...]:
    found = [" ".join(one.group().split()) for one in CONDITION.finditer(text)]
    return tuple(one.rstrip(". ") for one in found)[:10]


def exceptions_to(statements: Sequence[Statement]) -> dict[int, tuple[int, ...]]:
    """Return, by the number of each binding statement, the numbers of exceptions that follow it in its clause."""
    found: dict[int, tuple[int, ...]] = {}
    last: Statement | None = None
    for statement in statements:
        if statement.is_exception and last is not None and statement.place.headings == last.place.headings:
            found[last.number] = (*found.get(last.number, ()), statement.number)
        elif statement.modality.binds:
            last = statement
    return found
