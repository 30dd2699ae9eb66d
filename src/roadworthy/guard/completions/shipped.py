"""The safe completions that come with the package. Values only: no file is read."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from roadworthy.guard.completions.crisis import CRISIS_LINES, Lines
from roadworthy.guard.completions.texts.de import DE
from roadworthy.guard.completions.texts.en import EN
from roadworthy.guard.completions.texts.es import ES
from roadworthy.guard.completions.texts.fr import FR
from roadworthy.guard.completions.texts.it import IT
from roadworthy.guard.completions.texts.nl import NL
from roadworthy.guard.completions.texts.pl import PL
from roadworthy.guard.completions.texts.pt import PT
from roadworthy.guard.completions.texts.wording import CATEGORIES, Wording
from roadworthy.guard.policy.model import Completion, GuardPolicy

CRISIS = "self-harm"
"""The category that goes with the crisis lines of the reader's country."""

WORDINGS: tuple[Wording, ...] = (EN, DE, FR, ES, IT, PT, NL, PL)
"""The shipped languages."""


@lru_cache(maxsize=64)
def shipped(*, hand_off: str = "") -> tuple[Completion, ...]:
    """Return every shipped completion: each category in each language, and the crisis text for each country.

    Args:
        hand_off: Where a person takes over, such as an address or a telephone number; empty: nowhere. It is said in
            each completion, in its language.

    >>> len({one.locale for one in shipped() if one.category == "privacy"})
    8
    >>> next(one.resources[0] for one in shipped() if (one.category, one.locale) == ("self-harm", "en-US"))
    'In immediate danger, call 911.'
    """
    return tuple(
        completion
        for wording in WORDINGS
        for completion in (
            *(_general(wording, category=category, hand_off=hand_off) for category in CATEGORIES),
            *(_in_country(wording, country=country, hand_off=hand_off) for country in CRISIS_LINES),
        )
    )


def with_shipped(policy: GuardPolicy, *, hand_off: str = "") -> GuardPolicy:
    """Return ``policy`` with the shipped completions after its own, where it has none of its own.

    Args:
        policy: As it was written.
        hand_off: As for `shipped`.
    """
    own = {(one.category, one.locale) for one in policy.completions}
    more = tuple(one for one in shipped(hand_off=hand_off) if (one.category, one.locale) not in own)
    return replace(policy, completions=(*policy.completions, *more))


def _general(wording: Wording, *, category: str, hand_off: str) -> Completion:
    return Completion(
        category=category,
        locale=wording.language,
        text=f"{wording.texts[category]}\n{wording.reference}",
        resources=(wording.anywhere,) if category == CRISIS else (),
        hand_off=_to_a_person(wording, hand_off),
    )


def _in_country(wording: Wording, *, country: str, hand_off: str) -> Completion:
    return Completion(
        category=CRISIS,
        locale=f"{wording.language}-{country}",
        text=f"{wording.texts[CRISIS]}\n{wording.reference}",
        resources=_resources(wording, CRISIS_LINES[country]),
        hand_off=_to_a_person(wording, hand_off),
    )


def _resources(wording: Wording, lines: Lines) -> tuple[str, ...]:
    emergency = wording.emergency.replace("{number}", lines.emergency)
    return (emergency, *(wording.crisis_line.replace("{line}", line) for line in lines.lines))


def _to_a_person(wording: Wording, where: str) -> str:
    return wording.person.replace("{where}", where) if where else ""
