"""Looks for personal data: structured kinds by format, check digit and words beside them; names through a detector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.subject import STRICT
from roadworthy.guard.ports import EntityDetector
from roadworthy.guard.rails.rail import Scene, Triggers
from roadworthy.guard.reading.everywhere import each_reading, place
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Segment, Span
from roadworthy.guard.verdict import Detection, Edit, EditKind, OperatingPoint
from roadworthy.sensitive.personal.find import Finder
from roadworthy.sensitive.personal.kind import BY_DEFAULT, Found, Kind


class Style(StrEnum):
    """What stands where personal data stood."""

    LABEL = "label"
    """What it was: ``[EMAIL]``."""

    LAST_4 = "last_4"
    """What it was and its last four letters or digits, where it has ten or more: ``[CARD …1111]``."""

    DOMAIN = "domain"
    """Of an e-mail address or URL, the domain: ``[EMAIL]@shop.test``; of anything else, the label."""

    MASK = "mask"
    """As many ``*`` as it had letters and digits, its signs kept: ``***-**-****``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """How one kind is covered."""

    __pydantic_config__: ClassVar = STRICT

    entity: Kind
    style: Style


_MIN_PUBLIC = 5
"""Characters of a value of `PersonalDataSettings.public`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalDataSettings:
    """What is looked for, and how it is covered.

    Raises:
        ValueError: If a region is no country code, the confidence no fraction, or one kind has two styles.
    """

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["personal_data"] = "personal_data"
    entities: tuple[Kind, ...] = ()
    """Kinds; empty: all but ``url``, ``coordinates`` and ``user_handle``, which are looked for where they are named."""

    regions: tuple[str, ...] = ()
    """Countries (ISO 3166, such as ``US``) whose numbers are expected, also where few words tell them."""

    min_confidence: float = 0.5
    """In [0, 1]: 0.6 keeps what words beside it tell, 0.8 only what its form tells, 0.9 what a check digit proves."""

    private_networks: bool = True
    """Whether IP addresses of private and reserved networks count."""

    encoded: bool = True
    """Whether to look in what stands encoded as well."""

    public: tuple[str, ...] = ()
    """Values that everybody may know, such as the team's own address. Exactly these, whatever their case: an address
    that only holds one of them counts."""

    redactions: tuple[Redaction, ...] = ()
    """Kinds that are covered otherwise than by their label."""

    detector: str = ""
    """Name of an `EntityDetector` for names, organisations and places; empty: they are not looked for. With one, the
    whole text decides, so that a stream is held back to its end."""

    language: str = ""
    """BCP 47, for the detector; empty: not known."""

    def __post_init__(self) -> None:
        for region in self.regions:
            if len(region) != 2 or not region.isascii() or not region.isupper():
                raise ValueError(f"`regions` are two capital letters each, like DE, got {region!r}")
        if not 0 <= self.min_confidence <= 1:
            raise ValueError(f"`min_confidence` must be in [0, 1], got {self.min_confidence}")
        if any(len(value.strip()) < _MIN_PUBLIC or value != value.strip() for value in self.public):
            raise ValueError(f"`public` are whole values of at least {_MIN_PUBLIC} characters, without spaces around")
        named = [redaction.entity for redaction in self.redactions]
        if len(set(named)) < len(named):
            raise ValueError("`redactions` names a kind twice")

    @property
    def finder(self) -> Finder:
        """What they say, for the search."""
        return Finder(
            kinds=frozenset(self.entities) or BY_DEFAULT,
            regions=frozenset(self.regions),
            min_confidence=self.min_confidence,
            with_private_ips=self.private_networks,
        )


class PersonalDataRail:
    """Finds personal data, in encoded texts too. What it says of one is its kind, never the value.

    Args:
        settings: What to look for.
        detector: For names, organisations and places; None: they are not looked for.
    """

    def __init__(self, settings: PersonalDataSettings, *, detector: EntityDetector | None = None) -> None:
        self._finder = settings.finder
        self._styles = {redaction.entity: redaction.style for redaction in settings.redactions}
        self._encoded = settings.encoded
        self._public = frozenset(value.casefold() for value in settings.public)
        self._detector, self._language = detector, settings.language
        self.operating_point: OperatingPoint | None = detector.operating_point if detector is not None else None
        self.reach: int | None = None if detector is not None else self._finder.reach
        self.triggers: Triggers | None = (
            None if detector is not None else Triggers(patterns=self._finder.triggers, unusual=True)
        )

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        """Return each find; one in an encoded text as all that encodes it.

        Raises:
            DetectorError: If the detector could not look.
        """
        found = [self._detection(inner, within, one) for inner, within, one in self._found(reading)]
        if self._detector is not None:
            found += [_named(one) for one in self._detector.find(segment.text, language=self._language)]
        return sorted(found, key=lambda one: (one.span, one.kind))

    def _found(self, reading: Reading) -> Iterator[tuple[Reading, Span | None, Found]]:
        for inner, within in each_reading(reading) if self._encoded else ((reading, None),):
            for one in self._finder.find(inner.plain, folded=inner.folded):
                if not self._public or inner.plain[one.start : one.end].casefold() not in self._public:
                    yield inner, within, one

    def _detection(self, reading: Reading, within: Span | None, found: Found) -> Detection:
        span = place(reading, within, found.start, found.end)
        style = self._styles.get(found.kind, Style.LABEL)
        replacement = covered(reading.plain[found.start : found.end], kind=found.kind, style=style)
        return Detection(
            kind=found.kind.value,
            span=span,
            detail=found.name,
            score=found.confidence,
            edit=Edit(span=span, replacement=replacement, kind=EditKind.REDACT),
        )


def personal_data_rail(settings: PersonalDataSettings, detectors: Mapping[str, EntityDetector]) -> PersonalDataRail:
    """Return the rail with the detector that the settings name.

    Raises:
        LookupError: If the detector is not there.
    """
    return PersonalDataRail(settings, detector=detectors[settings.detector] if settings.detector else None)


def covered(value: str, *, kind: Kind, style: Style) -> str:
    """Return what stands for ``value``.

    >>> covered("4111 1111 1111 1111", kind=Kind.CARD, style=Style.LAST_4)
    '[CARD …1111]'
    >>> covered("ana@shop.test", kind=Kind.EMAIL, style=Style.DOMAIN)
    '[EMAIL]@shop.test'
    """
    label = kind.value.upper()
    match style:
        case Style.LAST_4:
            signs = "".join(filter(str.isalnum, value))
            return f"[{label} …{signs[-_SHOWN:]}]" if len(signs) >= _ENOUGH_TO_SHOW else f"[{label}]"
        case Style.DOMAIN:
            return f"[{label}]{_domain(value, kind)}"
        case Style.MASK:
            return "".join("*" if c.isalnum() else c for c in value)
        case Style.LABEL:
            return f"[{label}]"


_SHOWN, _ENOUGH_TO_SHOW = 4, 10


def _domain(value: str, kind: Kind) -> str:
    if kind is Kind.EMAIL and "@" in value:
        return f"@{value.rpartition('@')[2]}"
    if kind is Kind.URL:
        host = value.partition("://")[2] or value
        return f" {host.replace('?', '/').replace('#', '/').partition('/')[0].rpartition('@')[2]}"
    return ""


def _named(found: Detection) -> Detection:
    """Return what a detector found with the label that covers it, where it offers none."""
    if found.edit is not None:
        return found
    edit = Edit(span=found.span, replacement=f"[{found.kind.upper()}]", kind=EditKind.REDACT)
    return Detection(kind=found.kind, span=found.span, detail=found.detail, score=found.score, edit=edit)
