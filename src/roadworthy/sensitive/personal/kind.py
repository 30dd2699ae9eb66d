"""What can be found, and what is said of a find."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a stretch of text is."""

    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    """A postal address or the part of one that names a house."""

    IBAN = "iban"
    CARD = "card"
    """Number of a payment card."""

    NATIONAL_ID = "national_id"
    """Given to a person by a state: social security, identity card, personal number."""

    TAX_ID = "tax_id"
    """Given for taxes, to persons or businesses."""

    VAT_NUMBER = "vat_number"
    IP_ADDRESS = "ip_address"
    MAC_ADDRESS = "mac_address"
    CRYPTO_ADDRESS = "crypto_address"
    DATE_OF_BIRTH = "date_of_birth"
    LICENCE_PLATE = "licence_plate"
    DRIVER_LICENCE = "driver_licence"
    MEDICAL_ID = "medical_id"
    """Number of a medical record, patient or health insurance."""

    PASSPORT = "passport"
    """Number of a passport, or its machine-readable lines."""

    BANK_ACCOUNT = "bank_account"
    """Account, routing or sort code."""

    BIC = "bic"
    VEHICLE_ID = "vehicle_id"
    DEVICE_ID = "device_id"
    """IMEI of a telephone."""

    COORDINATES = "coordinates"
    URL = "url"
    USER_HANDLE = "user_handle"


ON_REQUEST = frozenset({Kind.URL, Kind.COORDINATES, Kind.USER_HANDLE})
"""Kinds that are looked for only where they are named: most of them identify nobody."""

BY_DEFAULT = frozenset(Kind) - ON_REQUEST


class Rank(int):
    """How a find stands against others that it crosses."""


CHECKED, SHAPED, TOLD = Rank(3), Rank(2), Rank(1)
"""A check digit or an unmistakable form · a form that other numbers rarely have · only the words around it tell."""


class Found(NamedTuple):
    """One find. It holds places, not text."""

    start: int
    """0-based place of its first character."""

    end: int
    """Place after its last character."""

    kind: Kind
    confidence: float
    """In [0, 1]: 1 for a check of two digits or more, 0.9 for one, 0.8 for a form of its own, 0.6 where the words
    around it tell. An order, not a probability."""

    country: str = ""
    """ISO 3166 code, where it is known; of several that fit, one."""

    name: str = ""
    """What it is called, such as ``Brazilian CPF``; empty: as its kind."""

    rank: Rank = TOLD


_LABELLED = frozenset({
    Kind.DRIVER_LICENCE, Kind.PASSPORT, Kind.MEDICAL_ID, Kind.BANK_ACCOUNT, Kind.VEHICLE_ID, Kind.DEVICE_ID,
    Kind.VAT_NUMBER,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """One flag for each kind that is looked for by itself, and for two groups that are looked for together."""

    email: bool
    url: bool
    user_handle: bool
    mac_address: bool
    bic: bool
    phone: bool
    crypto_address: bool
    address: bool
    date_of_birth: bool
    licence_plate: bool
    ip_address: bool
    passport: bool
    coordinates: bool
    card: bool
    iban: bool
    national_id: bool
    tax_id: bool
    numbers: bool
    """Cards, IBANs or identifiers."""

    identifiers: bool
    labelled: bool
    """Any kind that only words beside it tell."""


def wanted(kinds: frozenset[Kind]) -> Wanted:
    """Return ``kinds`` as flags.

    >>> wanted(frozenset({Kind.CARD})).numbers
    True
    """
    flags = {one.name: Kind(one.name) in kinds for one in fields(Wanted)[:-3]}
    identifiers = flags["national_id"] or flags["tax_id"]
    return Wanted(
        **flags,
        numbers=flags["card"] or flags["iban"] or identifiers,
        identifiers=identifiers,
        labelled=not kinds.isdisjoint(_LABELLED),
    )
