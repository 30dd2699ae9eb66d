"""What a vendor changed: told from what was observed before and what is observed now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.clock import require_aware
from roadworthy.core.digest import digest_of
from roadworthy.core.subject import STRICT
from roadworthy.vendors.assessment import Reliance
from roadworthy.vendors.model import Vendor


class ChangeKind(StrEnum):
    """What changed."""

    ALIAS_MOVED = "alias_moved"
    """Behind the same name is another model than before."""

    TERMS_CHANGED = "terms_changed"
    CERTIFICATION_EXPIRED = "certification_expired"
    MODEL_WITHDRAWN = "model_withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a vendor's own answer or document said at one time."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/vendor-observation/v1"] = "roadworthy/vendor-observation/v1"
    id: str
    vendor: str
    kind: Literal["alias", "terms"]
    subject: str
    """Key of the component, or name of the terms."""

    asked: str
    """Name that was asked for, or where the document lies, without credentials."""

    value: str
    """Model that answered with its fingerprint, or the document's digest."""

    observed_at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "observed_at", require_aware(self.observed_at, name="observed_at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorChange:
    """A vendor changed something that was relied on."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/vendor-change/v1"] = "roadworthy/vendor-change/v1"
    id: str
    """Made of what changed and to what, so that the same change is recorded once."""

    vendor: str
    kind: ChangeKind
    subject: str
    """Key of the component, or name of the terms, certificate or model."""

    before: str
    now: str
    since: datetime | None
    """Last time at which it was still as before; None: that is not known."""

    noticed_at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "noticed_at", require_aware(self.noticed_at, name="noticed_at"))
        if self.since is not None:
            object.__setattr__(self, "since", require_aware(self.since, name="since"))

    @property
    def what(self) -> str:
        """Say it in one sentence."""
        match self.kind:
            case ChangeKind.ALIAS_MOVED:
                return f"behind {self.subject} is {self.now} now, it was {self.before}"
            case ChangeKind.TERMS_CHANGED:
                return f"the {self.subject} is another document now ({self.now[7:19]}, it was {self.before[7:19]})"
            case ChangeKind.CERTIFICATION_EXPIRED:
                return f"the certificate {self.subject} ran out on {self.before}"
        return f"{self.subject} is withdrawn since {self.before}"


def moved(observations: Sequence[Observation], seen: Observation) -> VendorChange | None:
    """Return the change that a new observation shows against the last one of the same thing; None: there is none.

    The first observation of a thing shows nothing, it is what later ones are held against. Terms are known by their
    name: the same document at another address is no change, and another one there is no new beginning. A model that
    is asked for by another name is another component.

    Args:
        observations: What was observed before.
        seen: What is observed now.
    """
    past = [
        o
        for o in observations
        if (o.vendor, o.kind, o.subject) == (seen.vendor, seen.kind, seen.subject)
        and (o.asked == seen.asked or seen.kind == "terms")
    ]
    if not past:
        return None
    last = max(past, key=lambda o: (o.observed_at, o.id))
    if last.value == seen.value:
        return None
    kind = ChangeKind.ALIAS_MOVED if seen.kind == "alias" else ChangeKind.TERMS_CHANGED
    return VendorChange(
        id=change_id(seen.vendor, kind, seen.subject, last.id),
        vendor=seen.vendor,
        kind=kind,
        subject=seen.subject,
        before=last.value,
        now=seen.value,
        since=last.observed_at,
        noticed_at=seen.observed_at,
    )


def due(vendor: Vendor, *, relies_on: Iterable[Reliance], now: datetime) -> tuple[VendorChange, ...]:
    """Return what changed by its date alone: certificates that ran out, models in use that are withdrawn.

    Args:
        vendor: The entry.
        relies_on: The components that come from it.
        now: Held against the days, in UTC.
    """
    now = require_aware(now, name="now")
    today = now.date()
    models = {reliance.model: reliance.component for reliance in relies_on if reliance.model}
    expired = [
        (ChangeKind.CERTIFICATION_EXPIRED, c.name, c.valid_until, "expired")
        for c in vendor.certifications
        if c.valid_until < today
    ]
    withdrawn = [
        (ChangeKind.MODEL_WITHDRAWN, d.model, d.on, f"withdrawn, says {d.source}; {models[d.model]} uses it")
        for d in vendor.deprecations
        if d.model in models and d.on <= today
    ]
    return tuple(
        VendorChange(
            id=change_id(vendor.key, kind, subject, day.isoformat()),
            vendor=vendor.key,
            kind=kind,
            subject=subject,
            before=day.isoformat(),
            now=said,
            since=datetime.combine(day, time(), tzinfo=UTC),
            noticed_at=now,
        )
        for kind, subject, day, said in (*expired, *withdrawn)
    )


def change_id(vendor: str, kind: ChangeKind, subject: str, against: str) -> str:
    """Return the id of a change: the same for the same change, whoever notices it.

    Args:
        vendor: Key.
        kind: What changed.
        subject: Of what.
        against: Id of the last observation before it, or the day.
    """
    named = digest_of({"vendor": vendor, "kind": kind, "subject": subject, "against": against})
    return f"change-{named[7:27]}"
