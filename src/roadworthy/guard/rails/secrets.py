"""Looks for credentials: by their issuers' formats and check sums, by context and randomness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from roadworthy.core.subject import STRICT
from roadworthy.guard.rails.rail import Scene, Triggers
from roadworthy.guard.reading.everywhere import each_reading, place
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Segment, Span
from roadworthy.guard.verdict import Detection, Edit, EditKind, OperatingPoint
from roadworthy.sensitive.secrets.finder import PROVIDERS, Search
from roadworthy.sensitive.secrets.format import FoundSecret, Group


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretsSettings:
    """Which credentials, and how much of the long ones.

    Raises:
        ValueError: If a provider is not known, or nothing is left to look for.
    """

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["secrets"] = "secrets"
    groups: tuple[Group, ...] = ()
    """Only these groups; empty: all. ``assigned`` are values without a format of their own, such as passwords."""

    providers: tuple[str, ...] = ()
    """Only these; empty: all. See ``docs/reference/guard-rails-secrets.md``."""

    check_sums: Literal["require", "ignore"] = "require"
    """Whether what its own check sum or structure disproves is left alone."""

    extent: Literal["whole", "head"] = "whole"
    """How much of a private key or a JSON Web Token is found: all of it, so that it can be redacted, which takes a
    reach of some 16,000 characters; or its beginning, which is enough to stop a stream early."""

    def __post_init__(self) -> None:
        unknown = sorted(set(self.providers) - PROVIDERS)
        if unknown:
            raise ValueError(f"`providers` names {unknown[0]!r}, which is none of {', '.join(sorted(PROVIDERS))}")
        if not self.search.triggers:
            raise ValueError("`groups` and `providers` leave nothing to look for")

    @property
    def search(self) -> Search:
        """What they say, for the finder."""
        return Search(
            groups=frozenset(self.groups or Group),
            providers=frozenset(self.providers),
            checked=self.check_sums == "require",
            whole=self.extent == "whole",
        )


class SecretsRail:
    """Finds credentials, in encoded texts too. What it says of one is its kind and its length.

    What replaces a credential repeats no character of it: ``[GITHUB_TOKEN]``. Whether one still works is not asked
    here; that is for `CredentialCheck`, after the request.

    Args:
        settings: Which.
    """

    operating_point: OperatingPoint | None = None

    def __init__(self, settings: SecretsSettings) -> None:
        self._search = settings.search
        self.reach: int | None = self._search.reach
        self.triggers: Triggers | None = Triggers(patterns=self._search.triggers, unusual=True)

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        """Return each credential; one in an encoded text as all that encodes it."""
        found = [
            _detection(one, place(inner, within, one.start, one.end))
            for inner, within in each_reading(reading)
            for one in self._search.find(inner.plain)
        ]
        return sorted(found, key=lambda one: (one.span, one.kind))


def _detection(found: FoundSecret, span: Span) -> Detection:
    kind = "_".join("".join(c if c.isalnum() else " " for c in found.name.lower()).split())
    return Detection(
        kind=kind,
        span=span,
        detail=f"{found.name}, {found.end - found.start} characters",
        edit=Edit(span=span, replacement=f"[{kind.upper()}]", kind=EditKind.REDACT),
    )
