"""Emergency numbers and crisis lines by country. Public and long-lived ones only; see ``SOURCES.md`` beside.

A person must call or look up each line that a service shows before it goes live, and again from time to time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Who to call in a country."""

    emergency: str
    lines: tuple[str, ...] = ()
    """Name and number; empty: none that is both public and settled, so that only the emergency number is given."""


_EUROPE = "112"

CRISIS_LINES: Mapping[str, Lines] = {
    "AT": Lines(emergency=_EUROPE, lines=("Telefonseelsorge 142",)),
    "AU": Lines(emergency="000", lines=("Lifeline 13 11 14",)),
    "BE": Lines(emergency=_EUROPE, lines=("Zelfmoordlijn 1813", "Centre de Prévention du Suicide 0800 32 123")),
    "BG": Lines(emergency=_EUROPE),
    "BR": Lines(emergency="192", lines=("CVV 188",)),
    "CA": Lines(emergency="911", lines=("9-8-8 Suicide Crisis Helpline / Ligne d'aide 988",)),
    "CH": Lines(emergency=_EUROPE, lines=("143 (Dargebotene Hand, La Main Tendue, Telefono Amico)",)),
    "CY": Lines(emergency=_EUROPE),
    "CZ": Lines(emergency=_EUROPE, lines=("Linka první psychické pomoci 116 123",)),
    "DE": Lines(emergency=_EUROPE, lines=("TelefonSeelsorge 116 123, 0800 111 0 111",)),
    "DK": Lines(emergency=_EUROPE, lines=("Livslinien 70 201 201",)),
    "EE": Lines(emergency=_EUROPE),
    "ES": Lines(emergency=_EUROPE, lines=("Línea 024",)),
    "FI": Lines(emergency=_EUROPE, lines=("MIELI 09 2525 0111",)),
    "FR": Lines(emergency=_EUROPE, lines=("3114",)),
    "GB": Lines(emergency="999", lines=("Samaritans 116 123",)),
    "GR": Lines(emergency=_EUROPE, lines=("1018",)),
    "HR": Lines(emergency=_EUROPE),
    "HU": Lines(emergency=_EUROPE, lines=("116 123",)),
    "IE": Lines(emergency=_EUROPE, lines=("Samaritans 116 123",)),
    "IN": Lines(emergency=_EUROPE, lines=("Tele MANAS 14416",)),
    "IS": Lines(emergency=_EUROPE, lines=("1717",)),
    "IT": Lines(emergency=_EUROPE),
    "LT": Lines(emergency=_EUROPE),
    "LU": Lines(emergency=_EUROPE, lines=("SOS Détresse 45 45 45",)),
    "LV": Lines(emergency=_EUROPE, lines=("116 123",)),
    "MT": Lines(emergency=_EUROPE),
    "MX": Lines(emergency="911", lines=("Línea de la Vida 800 911 2000",)),
    "NL": Lines(emergency=_EUROPE, lines=("113 Zelfmoordpreventie 113, 0800 0113",)),
    "NO": Lines(emergency=_EUROPE, lines=("Mental Helse 116 123",)),
    "NZ": Lines(emergency="111", lines=("1737",)),
    "PL": Lines(emergency=_EUROPE, lines=("116 123", "Centrum Wsparcia 800 70 2222")),
    "PT": Lines(emergency=_EUROPE, lines=("SNS 24 808 24 24 24",)),
    "RO": Lines(emergency=_EUROPE),
    "SE": Lines(emergency=_EUROPE),
    "SI": Lines(emergency=_EUROPE),
    "SK": Lines(emergency=_EUROPE),
    "US": Lines(emergency="911", lines=("988 Suicide & Crisis Lifeline",)),
}
"""By ISO 3166-1 code of the country."""
