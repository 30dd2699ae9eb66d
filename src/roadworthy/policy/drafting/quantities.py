"""Numbers in a statement: shares, deadlines, periods, retention and counts, in three languages."""

from __future__ import annotations

import re
from typing import Literal

from roadworthy.policy.drafting.statement import Quantity

_NUMBERS = {
    name: value
    for value, names in {
        1: "one a an ein eine einem einen einer eines un une",
        2: "two zwei deux", 3: "three drei trois", 4: "four vier quatre", 5: "five fünf cinq", 6: "six sechs",
        7: "seven sieben sept", 8: "eight acht huit", 9: "nine neun neuf", 10: "ten zehn dix",
        12: "twelve zwölf douze", 14: "fourteen vierzehn quatorze", 24: "twenty-four", 30: "thirty dreißig trente",
        90: "ninety neunzig quatre-vingt-dix",
    }.items()
    for name in names.split()
}  # fmt: skip
_DIGITS = r"(?<![\d.,])(?:\d{1,3}(?:[., ]\d{3})+(?![\d.,]*\d)|\d{1,9}(?:[.,]\d{1,4})?)"
_NUMBER = rf"(?P<n>{_DIGITS}|" + "|".join(sorted(map(re.escape, _NUMBERS), key=len, reverse=True)) + r")"
_UNIT = (
    r"(?P<unit>minutes?|minuten?|hours?|stunden?|heures?|(?:business |working |calendar )?days?|(?:arbeits|werk"
    r"|kalender)?tage?n?"
    r"|jours?(?: ouvr\w+)?|weeks?|wochen?|semaines?|months?|monate?n?|mois|quarters?|quartale?n?|trimestres?"
    r"|years?|jahre?n?|ans?|années?)"
)
_DAYS = (
    (("minut",), 1 / 1440), (("hour", "stund", "heure"), 1 / 24), (("week", "woche", "semaine"), 7.0),
    (("quarter", "quartal", "trimestre"), 91.0), (("month", "monat", "mois"), 30.0),
    (("year", "jahr", "an", "ann"), 365.0),
)  # fmt: skip
_SPAN = rf"{_NUMBER}[\s-]{_UNIT}(?!\w)"
_LEAST = (
    r"at least|no less than|not less than|minimum(?: of)?|more than|longer than|above|over|exceed(?:s|ing)?|≥|>=|>"
    r"|mindestens|wenigstens|mehr als|länger als|über|au moins|minimum de|plus de|dépass\w+"
)
_MOST = (
    r"at most|no more than|not more than|no longer than|not longer than|not exceed|maximum(?: of)?|less than"
    r"|fewer than|lower than|below|under|up to|≤|<=|<"
    r"|höchstens|maximal|weniger als|unter|nicht über|nicht mehr als|nicht länger als"
    r"|au plus|au maximum|moins de|inférieur\w* à|ne dépass\w+ pas"
)
_BOUND = rf"(?:(?P<most>{_MOST})|(?P<least>{_LEAST}))"
_SHARE = re.compile(
    rf"(?:{_BOUND}\s+)?(?P<n>\d{{1,3}}(?:[.,]\d{{1,4}})?)\s?(?:%|percent\b|per cent\b|prozent\b|pour cent\b)",
    re.IGNORECASE,
)
_DEADLINE = re.compile(
    rf"(?:within|no later than|not later than|in under|innerhalb(?: von)?|binnen|spätestens(?: nach)?|sous"
    rf"|dans (?:les|un délai de))\s+(?:the\s|first\s)*{_SPAN}",
    re.IGNORECASE,
)
_AFTER = re.compile(rf"{_SPAN}\s+(?:after|of (?:discovery|detection|becoming)|nach|après|suivant)", re.IGNORECASE)
_PERIOD = re.compile(
    rf"(?:at least\s+)?(?:every|once (?:every|in|per|an?)|alle|jede\w*|tous les|toutes les|chaque|per"
    rf"|older than|älter als)\s+(?:{_SPAN}|(?P<unit1>month|quarter|year|week|day|monat|quartal|jahr|woche|tag"
    rf"|mois|trimestre|an|année|semaine|jour)(?!\w))",
    re.IGNORECASE,
)
_RETENTION = re.compile(
    rf"(?:for|für|pendant|durant)\s+(?:a (?:minimum )?period of\s+)?(?:{_BOUND}\s+)?{_SPAN}", re.IGNORECASE
)
_RETENTION_DE = re.compile(rf"(?:{_BOUND}\s+)?{_SPAN}\s+(?:lang\b|auf(?:zu)?bewahr\w+|gespeichert)", re.IGNORECASE)
_KEPT = re.compile(
    rf"(?:(?:kept|retained|stored|conservée?s?|gardée?s?)\s+(?:{_BOUND}\s+)?"
    rf"|(?:deleted|erased|removed|supprimée?s?|effacée?s?)\s+(?P<after>after|après)\s+){_SPAN}",
    re.IGNORECASE,
)
_ONE_UNIT = (
    r"(?P<unit1>month|quarter|year|week|day|monat|quartal|jahr|woche|tag|mois|trimestre|année|an|semaine|jour)(?!\w)"
)
_OFTEN = re.compile(
    rf"(?P<times>twice|zweimal|dreimal|viermal|\d{{1,2}} ?mal|(?:two|three|four|six|twelve|\d{{1,2}}) times"
    rf"|(?:deux|trois|quatre|six|douze|\d{{1,2}}) fois)\s+"
    rf"(?:(?:an?|per|each|every|pro|im|in jedem|par)\s+{_ONE_UNIT}|(?P<adverb>jährlich|monatlich|wöchentlich))",
    re.IGNORECASE,
)
_EVERY_OTHER = re.compile(rf"(?P<other>every (?:other|second)|jede\w* zweite\w*)\s+{_ONE_UNIT}", re.IGNORECASE)
_TIMES = {"twice": 2, "zweimal": 2, "dreimal": 3, "viermal": 4, "douze": 12}
_NEGATION = re.compile(
    r"(?:(?<!\w)(?:not(?! only\b)|never|no|nor|neither|nobody|cannot|without|nicht(?! nur\b)|nie|niemals|kein\w*"
    r"|niemand|ohne|pas|jamais|aucun\w*|sans)|n['’]t)(?!\w)(?P<between>(?:\s+[^\s,;:.()]+){0,10})\s+$",
    re.IGNORECASE,
)
"""What turns a bound round that follows it: *must not fall below 95 %* asks for at least 95 %."""

_OTHER_CLAUSE = re.compile(
    r"\b(?:if|when|whenever|where|unless|until|before|after|once|that|which|who|but|and|or|wenn|falls|sofern|soweit"
    r"|bevor|nachdem|sobald|dass|und|oder|sondern|si|lorsque|avant|après|que|qui|mais|et|ou)\b",
    re.IGNORECASE,
)
_MODAL = re.compile(
    r"\b(?:must|shall|may|can|will|should|has to|have to|needs? to|is|are|muss|müssen|darf|dürfen|ist|sind|soll\w*"
    r"|doit|doivent|peut|peuvent|est|sont)\b",
    re.IGNORECASE,
)
_ADVERBS = {
    "daily": 1.0, "täglich": 1.0, "quotidiennement": 1.0, "weekly": 7.0, "wöchentlich": 7.0,
    "monthly": 30.0, "monatlich": 30.0, "mensuel": 30.0, "mensuelle": 30.0, "mensuellement": 30.0,
    "quarterly": 91.0, "vierteljährlich": 91.0, "quartalsweise": 91.0, "trimestriel": 91.0, "trimestrielle": 91.0,
    "annually": 365.0, "annual": 365.0, "yearly": 365.0, "jährlich": 365.0, "annuel": 365.0, "annuelle": 365.0,
    "annuellement": 365.0, "halbjährlich": 182.0, "half-yearly": 182.0, "semi-annually": 182.0, "biannually": 182.0,
}  # fmt: skip
_ADVERB = re.compile(
    r"(?<![\w-])(" + "|".join(map(re.escape, sorted(_ADVERBS, key=len, reverse=True))) + r")(?:[ermns]{1,2})?(?!\w)",
    re.IGNORECASE,
)
_COUNT = re.compile(
    rf"{_BOUND}\s+{_NUMBER}\s+(?:of\s)?(?P<unit>steps?|schritte\w*|étapes?|samples?|beispiele?n?|stichproben"
    rf"|exemples?|test cases|testfälle\w*|cases|languages|sprachen|people|personen|persons|reviewers?|prüfer\w*"
    rf"|attempts|users|tools|werkzeuge\w*|calls|aufrufe\w*)",
    re.IGNORECASE,
)
Bound = Literal["at_least", "at_most", "exactly"]


def quantities_in(text: str) -> tuple[Quantity, ...]:
    """Return the numbers that ``text`` names, in its order; no part of the text is read twice.

    >>> [(q.kind, q.value, q.bound) for q in quantities_in("Report within 24 hours; test at least 95 % every 90 days.")]
    [('deadline', 1.0, 'at_most'), ('share', 0.95, 'at_least'), ('period', 90.0, 'at_most')]
    """
    found: list[tuple[int, int, Quantity]] = []
    for kind, pattern in _KINDS:
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end, _ in found):
                continue
            quantity = _quantity(kind, match, is_negated=_is_negated(text[: match.start()]))
            if quantity is not None:
                found.append((match.start(), match.end(), quantity))
    return tuple(quantity for _, _, quantity in sorted(found, key=lambda one: one[0]))


_Kind = Literal["share", "deadline", "period", "retention", "count"]
_KINDS: tuple[tuple[_Kind, re.Pattern[str]], ...] = (
    ("share", _SHARE),
    ("deadline", _DEADLINE),
    ("period", _OFTEN),
    ("period", _EVERY_OTHER),
    ("retention", _KEPT),
    ("retention", _RETENTION_DE),
    ("retention", _RETENTION),
    ("period", _PERIOD),
    ("period", _ADVERB),
    ("deadline", _AFTER),
    ("count", _COUNT),
)


def _is_negated(before: str) -> bool:
    """Whether a negation in the same clause governs what follows ``before``."""
    near = before[-200:]
    found = _NEGATION.search(near)
    if found is None or _OTHER_CLAUSE.search(found.group("between")) is not None:
        return False
    # `Systems without users must …` negates no duty; `no system may …` does, for its clause begins with it.
    begins = near[: found.start()].rstrip()[-1:] in ("", ".", ";", ":", ",", "(")
    return begins or _MODAL.search(found.group("between")) is None


def _bound(kind: _Kind, groups: dict[str, str | None], *, is_negated: bool) -> Bound:
    if groups.get("after"):
        return "at_most"
    if groups.get("most") or groups.get("least"):
        return "at_most" if bool(groups.get("most")) != is_negated else "at_least"
    if kind == "retention":
        return "at_most" if is_negated else "at_least"
    return "at_most" if kind in ("deadline", "period") else "exactly"


def _quantity(kind: _Kind, match: re.Match[str], *, is_negated: bool) -> Quantity | None:
    groups = match.groupdict()
    bound = _bound(kind, groups, is_negated=is_negated)
    value = _value(kind, match, groups)
    if value is None:
        return None
    unit = (groups.get("unit") or "").casefold() if kind == "count" else ""
    return Quantity(kind=kind, value=value, bound=bound, unit=unit, text=" ".join(match.group().split()))


def _value(kind: _Kind, match: re.Match[str], groups: dict[str, str | None]) -> float | None:
    if not groups:
        return _ADVERBS[match.group(1).casefold()]
    number = _number(groups.get("n") or "1")
    if kind == "share":
        return number / 100 if number <= 100 else None
    if kind == "count":
        return number
    unit = (groups.get("unit") or groups.get("unit1") or "").casefold()
    days = next((days for stems, days in _DAYS if unit.startswith(stems)), 1.0)
    if groups.get("adverb"):
        days = _ADVERBS[(groups["adverb"] or "").casefold()]
    if groups.get("other"):
        number = 2.0
    value = number * days / _times(groups.get("times"))
    return value if 0 < value <= 36_500 else None


def _times(text: str | None) -> float:
    """Return how often *twice*, *3 times* or *zweimal* is; 1 where nothing is said."""
    if text is None:
        return 1.0
    word = text.casefold().split()[0]
    if word in _TIMES:
        return float(_TIMES[word])
    return max(1.0, _number(word.removesuffix("mal")))


def _number(text: str) -> float:
    written = text.casefold()
    if re.fullmatch(r"\d{1,3}(?:[., ]\d{3})+", written):
        return float(re.sub(r"[., ]", "", written))
    return float(_NUMBERS[written]) if written in _NUMBERS else float(written.replace(",", "."))
