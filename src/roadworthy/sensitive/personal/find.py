"""Finds personal data in a text: one pass for digits, the rest only where something points to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from roadworthy.sensitive.personal.address import addresses
from roadworthy.sensitive.personal.context import FIRST_FORM, NUMBER_OF, topics_in
from roadworthy.sensitive.personal.dates import births
from roadworthy.sensitive.personal.forms.words import Topic
from roadworthy.sensitive.personal.gates import (
    PATTERNS,
    Gate,
    may_hold_coordinates,
    may_hold_host,
    may_hold_ip,
    may_hold_mac,
    may_hold_spelled_email,
    may_hold_url,
    may_hold_wallet,
)
from roadworthy.sensitive.personal.kind import BY_DEFAULT, CHECKED, SHAPED, TOLD, Found, Kind, Wanted
from roadworthy.sensitive.personal.kind import wanted as flags_of
from roadworthy.sensitive.personal.labelled import bank_codes, coordinates, labelled, plates, travel_documents
from roadworthy.sensitive.personal.network import (
    URL_MOST,
    emails,
    handles,
    ip_addresses,
    mac_addresses,
    spelled_emails,
    urls,
)
from roadworthy.sensitive.personal.numbers import ibans, lined_cards, numbers
from roadworthy.sensitive.personal.phone import phones
from roadworthy.sensitive.personal.run import SHORTEST, SHORTEST_TOLD, runs
from roadworthy.sensitive.personal.wallet import wallets

_DIGIT = re.compile("[0-9]")
_LABELLED_TOPICS = frozenset(
    NUMBER_OF[topic]
    for topic in (
        Topic.DRIVER, Topic.PASSPORT, Topic.MEDICAL, Topic.ACCOUNT, Topic.ROUTING, Topic.VEHICLE, Topic.DEVICE,
        Topic.VAT,
    )
)  # fmt: skip

_BORN, _PLATE = NUMBER_OF[Topic.BORN], NUMBER_OF[Topic.PLATE]
_FEW = 8
"""Finds of which mostly none crosses another."""

_LONG = 15
"""Characters from its first digit on that the address of a crypto-currency has at least."""

_REACH = 448
"""Of what words tell (40), crossed by an address (160), crossed by an e-mail address (193), and words behind (24)."""

_GATES_WITHOUT_DIGITS = (
    (Kind.EMAIL, Gate.SPELLED_EMAIL), (Kind.MAC_ADDRESS, Gate.MAC), (Kind.BIC, Gate.BIC), (Kind.URL, Gate.URL),
    (Kind.URL, Gate.HOST),
)  # fmt: skip

_PLAIN = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), 0x20)
    | dict.fromkeys((*range(0x2010, 0x2016), 0x2212), 0x2D)
    | {zero + digit: 0x30 + digit for zero in (0x660, 0x6F0, 0x966) for digit in range(10)}
)

_UNUSUAL = re.compile(f"[{re.escape(''.join(map(chr, _PLAIN)))}]")


def plain(text: str) -> str:
    """Return ``text`` with digits of other scripts and widths, special spaces and dashes as what they stand for.

    Letter for letter, so that places in one are places in the other.

    >>> plain("４１１１–１")
    '4111-1'
    """
    return text if text.isascii() or _UNUSUAL.search(text) is None else text.translate(_PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """Looks for what is wanted.

    >>> text = "Mail ana@shop.test or pay 4111 1111 1111 1111."
    >>> [(found.kind.value, text[found.start : found.end]) for found in Finder().find(text)]
    [('email', 'ana@shop.test'), ('card', '4111 1111 1111 1111')]
    """

    kinds: frozenset[Kind] = BY_DEFAULT
    regions: frozenset[str] = frozenset()
    """Countries (ISO 3166) whose numbers are expected: of ``US`` ten bare digits count as a telephone number, and
    identifiers of these countries need only general words beside them."""

    min_confidence: float = 0.5
    """In [0, 1]: what is less sure is left out."""

    with_private_ips: bool = True
    """Whether addresses of private and reserved networks count."""

    wanted: Wanted = field(init=False, repr=False, compare=False)
    """`kinds` as flags."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "wanted", flags_of(self.kinds))

    @property
    def reach(self) -> int:
        """The most characters from the beginning of a find to the last one that could undo it.

        A find that words tell gives way to one that its form tells, and that to one that is checked.
        """
        return _REACH + (URL_MOST if Kind.URL in self.kinds else 0)

    @property
    def triggers(self) -> tuple[str, ...]:
        """RE2 patterns of caseless text: where none matches, nothing is found."""
        kinds = self.kinds
        patterns = [r"[0-9@\x{660}-\x{669}\x{6f0}-\x{6f9}\x{966}-\x{96f}\x{ff10}-\x{ff19}\x{ff20}]"]
        for kind, gate in _GATES_WITHOUT_DIGITS:
            if kind in kinds:
                patterns.append(PATTERNS[gate])
        return tuple(patterns)

    def find(self, text: str, *, folded: str | None = None) -> tuple[Found, ...]:
        """Return what is found, in order of place; two finds may cross, none lies in another.

        Args:
            text: Any text.
            folded: The same caseless, character by character, where it is at hand.
        """
        if not text.isascii():
            text = plain(text)
        low = folded if folded is not None and len(folded) == len(text) and text.isascii() else _lowered(text)
        if "_" in low:
            # Keys are written so: ``passport_no``.
            low = low.replace("_", " ")
        found: list[Found] = []
        self._in_networks(text, low, found)
        if _DIGIT.search(text) is not None:
            self._in_numbers(text, low, found)
        if not found:
            return ()
        return _resolved([one for one in found if one.confidence >= self.min_confidence])

    def _in_networks(self, text: str, folded: str, found: list[Found]) -> None:
        wanted = self.wanted
        has_at, dots, colons = "@" in text, text.count("."), text.count(":")
        if wanted.email:
            if has_at:
                found += emails(text)
            if may_hold_spelled_email(folded):
                found += spelled_emails(text)
        if wanted.url and (dots or colons) and may_hold_host(folded):
            found += urls(text, is_told=may_hold_url(folded))
        if wanted.user_handle and has_at:
            found += handles(text)
        if wanted.mac_address and may_hold_mac(folded, dots=dots, colons=colons):
            found += mac_addresses(text)
        if wanted.bic and ("bic" in folded or "swift" in folded):
            found += bank_codes(text, folded)

    def _in_numbers(self, text: str, folded: str, found: list[Found]) -> None:
        wanted = self.wanted
        told = topics_in(folded)
        wants_labelled = wanted.labelled and not told.isdisjoint(_LABELLED_TOPICS)
        has_long = False
        shortest = SHORTEST_TOLD if wants_labelled else SHORTEST
        all_runs, may_hold_iban = runs(text, folded, told=told, shortest=shortest)
        for run in all_runs:
            has_long = has_long or run.end - run.first >= _LONG
            if wanted.numbers:
                found += numbers(run, wanted=wanted, regions=self.regions)
            if wanted.phone:
                found += phones(run, regions=self.regions)
            if wants_labelled:
                found += labelled(run, kinds=self.kinds)
        if has_long and wanted.crypto_address and may_hold_wallet(text):
            found += wallets(text)
        if may_hold_iban and wanted.iban:
            found += ibans(text)
        self._with_digits(text, folded, found)
        self._told(text, folded, told, found)

    def _told(self, text: str, folded: str, told: frozenset[int], found: list[Found]) -> None:
        wanted = self.wanted
        if wanted.address and told and (forms := [one - FIRST_FORM for one in told if one >= FIRST_FORM]):
            found += addresses(text, folded, forms=forms)
        if wanted.date_of_birth and _BORN in told:
            found += births(text, folded)
        if wanted.licence_plate and _PLATE in told:
            found += plates(text, folded)

    def _with_digits(self, text: str, folded: str, found: list[Found]) -> None:
        wanted = self.wanted
        if wanted.card and "\n" in text:
            found += lined_cards(text)
        dots, colons = text.count("."), text.count(":")
        if wanted.ip_address and may_hold_ip(folded, dots=dots, colons=colons):
            found += ip_addresses(text, folded, with_private=self.with_private_ips)
        if wanted.passport and "<<" in text:
            found += travel_documents(text)
        if wanted.coordinates and may_hold_coordinates(text, dots=dots):
            found += coordinates(text)


def _lowered(text: str) -> str:
    """Return ``text`` caseless, character by character; one letter alone (İ) has two in lower case."""
    low = text.lower()
    return low if len(low) == len(text) else text.replace("İ", "i").lower()


def _resolved(everything: list[Found]) -> tuple[Found, ...]:
    """Return what stands: nothing that crosses a find of a higher rank, nothing inside another of its own."""
    standing: list[Found] = []
    if len(everything) == 1:
        return tuple(everything)
    if len(everything) < _FEW:
        in_order = sorted(everything)
        end = 0
        for one in in_order:
            if one.start < end:
                break
            end = one.end
        else:
            return tuple(in_order)
    for rank in (CHECKED, SHAPED, TOLD):
        level = [one for one in everything if one.rank == rank]
        if level:
            standing = sorted(standing + _outermost(_clear_of(level, standing)))
    return tuple(standing)


def _outermost(level: list[Found]) -> list[Found]:
    """Return those that lie in no other; of two in the same place, the surer."""
    level.sort(key=lambda one: (one.start, -one.end, -one.confidence, one.kind))
    kept: list[Found] = []
    for one in level:
        if not kept or one.end > kept[-1].end:
            kept.append(one)
    return kept


def _clear_of(level: list[Found], standing: list[Found]) -> list[Found]:
    """Return those of ``level`` that cross none of ``standing``, which is in order and holds none in another."""
    if not standing:
        return level
    level.sort(key=lambda one: one.start)
    clear: list[Found] = []
    at = 0
    for one in level:
        while at < len(standing) and standing[at].end <= one.start:
            at += 1
        if at == len(standing) or standing[at].start >= one.end:
            clear.append(one)
    return clear
