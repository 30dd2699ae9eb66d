"""Reads what a person wrote on the command line about a risk: a rating, a treatment, a day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from roadworthy.core.errors import ConfigError
from roadworthy.risk.register.model import SCALES, Rating, Treatment

_FOUR = re.compile(r"\s*([1-5])\s*,\s*([1-5])\s*,\s*([1-5])\s*,\s*([1-5])\s*", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def rating_of(
    text: str, *, rationale: str, where: str, irreversible: bool = False, evidence: tuple[str, ...] = ()
) -> Rating:
    """Return the rating that ``text`` says.

    Raises:
        ConfigError: If it is not four numbers from 1 to 5, or there is no rationale.

    >>> rating_of("4,3,3,2", rationale="seen twice", where="--rating").likelihood
    3
    """
    found = _FOUR.fullmatch(text)
    if found is None:
        raise ConfigError(
            f"{text[:40]!r} is no rating", where=where, fix=f"give {','.join(SCALES)}, each 1 to 5, like 4,3,3,2"
        )
    if not rationale.strip():
        raise ConfigError("a rating needs its rationale", where="--rationale", fix="say why it is rated so")
    severity, likelihood, exposure, detectability = (int(group) for group in found.groups())
    return Rating(
        severity=severity,
        likelihood=likelihood,
        exposure=exposure,
        detectability=detectability,
        irreversible=irreversible,
        rationale=rationale.strip(),
        evidence=evidence,
    )


def treatment_of(text: str) -> Treatment:
    """Return the treatment that ``text`` names.

    Raises:
        ConfigError: If it is none, or is *accept*, which is asked for.
    """
    known = [t.value for t in Treatment if t is not Treatment.ACCEPT]
    if text not in known:
        raise ConfigError(
            f"{text[:40]!r} is no treatment that can be stated",
            where="--treatment",
            fix=f"choose from {', '.join(known)}; to have a risk accepted use `rw risk accept`",
        )
    return Treatment(text)


def day_of(text: str, *, where: str) -> date:
    """Return a day written YYYY-MM-DD.

    Raises:
        ConfigError: If it is none.
    """
    try:
        if _DAY.fullmatch(text) is None:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{text[:40]!r} is no day", where=where, fix="write it like 2026-12-31") from None


def start_of(text: str, *, where: str) -> datetime:
    """Return the first moment of a day, in UTC.

    Raises:
        ConfigError: If it is none.
    """
    return datetime.combine(day_of(text, where=where), time(), tzinfo=UTC)
