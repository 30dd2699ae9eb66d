"""Whether a component's licence fits the licence that the whole is given under: yes, no, or not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from roadworthy.lint.licences.expression import is_closed, read_expression, says_nothing
from roadworthy.lint.licences.family import Family, family_of

Whole: TypeAlias = Literal["closed", "permissive", "gpl-2.0-only", "gpl", "agpl", "weak_copyleft", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fits:
    """Both can be kept at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicts:
    """Both cannot be kept at once."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Binds:
    """The component's licence would decide the licence of the whole, which is another."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """The table does not know: a person has to look."""

    reason: str


Compatibility: TypeAlias = Fits | Conflicts | Binds | Undecided

_APACHE_1 = ("Apache-1.0", "Apache-1.1", "BSD-4-Clause", "OpenSSL")
"""Permissive, with a duty to advertise that the GPL does not allow to be added."""


def whole_of(licence: str) -> Whole:
    """Return how the whole is licensed, as far as the table tells wholes apart.

    >>> whole_of("MIT OR GPL-2.0-only"), whole_of("proprietary"), whole_of("GPL-3.0-or-later")
    ('permissive', 'closed', 'gpl')
    """
    if is_closed(licence):
        return "closed"
    found = [_whole_of_one(key) for key in read_expression(licence).licences]
    for loosest in ("permissive", "weak_copyleft", "gpl-2.0-only", "gpl", "agpl"):
        if loosest in found:
            return loosest
    return "unknown"


def _whole_of_one(licence: str) -> Whole:
    match family_of(licence):
        case Family.PERMISSIVE:
            return "permissive"
        case Family.WEAK_COPYLEFT:
            return "weak_copyleft"
        case Family.NETWORK_COPYLEFT:
            return "agpl" if licence.startswith("AGPL-3") else "unknown"
        case Family.STRONG_COPYLEFT:
            return "gpl-2.0-only" if licence == "GPL-2.0-only" else "gpl"
    return "unknown"


def compatibility(component: str, *, whole: str) -> Compatibility:
    """Return whether something under ``component`` may be part of something under ``whole``.

    Of alternatives joined by OR the best counts, of licences joined by AND the worst. For code
    and models that are passed on as one; says nothing of what runs apart. No legal advice: the
    table holds what the makers of the licences say themselves.

    Source:
        FSF, "Various Licenses and Comments about Them" (Apache 2.0 and GPL 2; 4-clause BSD; EPL); GPL FAQ,
        compatibility matrix; ASF, "3rd Party License Policy" (copyleft in permissive works); deeds of CC.

    >>> compatibility("GPL-3.0-only", whole="proprietary").reason
    'GPL-3.0-only asks that the whole be passed on under the same terms, and the whole is closed'
    >>> compatibility("GPL-3.0-only OR MIT", whole="proprietary")
    Fits()
    """
    if says_nothing(component) or says_nothing(whole):
        return Undecided(reason="a licence is not stated")
    if is_closed(component):
        return Undecided(reason="the component is licensed to those alone who have a contract")
    alternatives = read_expression(component).alternatives
    if not alternatives:
        return Undecided(reason=f"{component[:80]!r} is no licence that the table knows")
    of_whole = whole_of(whole)
    judged = [_worst([_judged(key, whole=of_whole) for key in chosen]) for chosen in alternatives]
    return min(judged, key=_badness)


def _badness(result: Compatibility) -> int:
    return (Fits, Undecided, Binds, Conflicts).index(type(result))


def _worst(results: list[Compatibility]) -> Compatibility:
    return max(results, key=_badness)


def _judged(licence: str, *, whole: Whole) -> Compatibility:
    family = family_of(licence)
    match family:
        case Family.PERMISSIVE | Family.ATTRIBUTION:
            return _permissive(licence, whole=whole)
        case Family.STRONG_COPYLEFT | Family.NETWORK_COPYLEFT:
            return _copyleft(licence, family=family, whole=whole)
        case Family.WEAK_COPYLEFT:
            is_epl_1 = licence in {"EPL-1.0", "CDDL-1.0", "CPL-1.0"} and whole.startswith(("gpl", "agpl"))
            return Conflicts(reason=f"{licence} and the GPL cannot both be kept") if is_epl_1 else Fits()
        case Family.NON_COMMERCIAL if whole == "closed":
            return Conflicts(reason=f"{licence} allows no commercial use, and the whole is closed")
        case Family.NON_COMMERCIAL | Family.NO_DERIVATIVES | Family.USE_RESTRICTED if whole in {
            "gpl",
            "agpl",
            "gpl-2.0-only",
        }:
            return Conflicts(reason=f"{licence} restricts use, which the GPL does not allow to be added")
    return Undecided(reason=f"whether {licence} fits is not in the table")


def _permissive(licence: str, *, whole: Whole) -> Compatibility:
    if whole == "unknown":
        return Undecided(reason="the licence of the whole is not in the table")
    if licence == "Apache-2.0" and whole == "gpl-2.0-only":
        return Conflicts(reason="Apache-2.0 ends patent rights in a case that GPL-2.0 does not allow")
    if licence in _APACHE_1 and whole in {"gpl-2.0-only", "gpl", "agpl"}:
        return Conflicts(reason=f"{licence} asks for an acknowledgement that the GPL does not allow to be added")
    return Fits()


def _copyleft(licence: str, *, family: Family, whole: Whole) -> Compatibility:
    same = "asks that the whole be passed on under the same terms"
    if whole == "unknown":
        return Undecided(reason="the licence of the whole is not in the table")
    if whole == "closed":
        return Conflicts(reason=f"{licence} {same}, and the whole is closed")
    if whole in {"permissive", "weak_copyleft"}:
        return Binds(reason=f"{licence} {same}, and the whole is under a looser licence")
    if family is Family.NETWORK_COPYLEFT:
        return _network_in_gpl(licence, whole=whole)
    if whole == "gpl-2.0-only" and licence.startswith("GPL-3"):
        return Conflicts(reason=f"{licence} and GPL-2.0-only cannot both be kept")
    if licence == "GPL-2.0-only" and whole == "agpl":
        return Conflicts(reason="GPL-2.0-only and AGPL-3.0 cannot both be kept")
    if licence == "GPL-2.0-only" and whole == "gpl":
        return Undecided(reason="GPL-2.0-only fits GPL-2.0-or-later and not GPL-3.0")
    return Fits()


def _network_in_gpl(licence: str, *, whole: Whole) -> Compatibility:
    if not licence.startswith("AGPL-3"):
        return Undecided(reason=f"whether {licence} fits is not in the table")
    if whole == "gpl-2.0-only":
        return Conflicts(reason=f"{licence} and GPL-2.0-only cannot both be kept")
    return Fits() if whole == "agpl" else Binds(reason=f"{licence} goes for the whole once it is used over a network")
