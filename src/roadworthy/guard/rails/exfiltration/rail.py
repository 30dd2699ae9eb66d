"""Looks for addresses through which a model's answer could carry data out or lead somebody astray."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal
from urllib.parse import unquote

from roadworthy.core.subject import STRICT
from roadworthy.guard.rails.exfiltration.address import Address, leaves, parsed, readings
from roadworthy.guard.rails.exfiltration.look_alike import LookAlikes
from roadworthy.guard.rails.exfiltration.payload import carried, texts_of
from roadworthy.guard.rails.exfiltration.place import AFTER, BEFORE, Kind, Place, place_of
from roadworthy.guard.rails.exfiltration.said import Said, SaidBefore
from roadworthy.guard.rails.rail import Scene, Triggers
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Segment, Span, Stage
from roadworthy.guard.verdict import Detection, Edit, EditKind, OperatingPoint

_MARKED = (
    r"[ \t\r\n>]{0,500}+[<\"'`]{0,2}[\x00-\x20]{0,50}+"
    r"(?:(?:javascript|vbscript|data|file|blob):|[/\\]{2}(?=[^\s/\\])"
    r"|(?=[^\s\"'`<>]{0,40}?(?:&(?:\#|[a-z])|\\))|(?=[a-z]{1,12}[\t\r\n][a-z\t\r\n]{0,24}:|[/\\][\t\r\n]{1,8}[/\\]))"
)
"""An address that begins without a scheme and slashes to be seen: relative to the scheme, or written in entities, with
backslashes, or with line breaks that a browser takes out."""

_START = re.compile(
    r":(?=[^\s\"'<>)\]}`,;*|])(?:(?<=http:)|(?<=https:)|(?<=ftp:)|(?<=ftps:)|(?<=ws:)|(?<=wss:))"
    r"|\.(?=[\w-])(?<=www\.)"
    rf"|(?P<marked>\((?:(?<=\]\()|(?<=url\()){_MARKED}|:(?<=\]:){_MARKED}|={_MARKED})",
    re.IGNORECASE,
)
"""Every branch begins with one of four characters, which keeps the search quick."""

_SCHEME = re.compile(r"(?:https?|ftps?|wss?|www)\Z", re.IGNORECASE)
_BEGINNING = 300
_AUTHORITY = re.compile(rf"[^/\\]{{0,30}}[/\\]{{2}}[^/\\?#@&]{{1,{_BEGINNING // 2}}}[/?#]")
_BEFORE_MARKED = "".join(map(chr, range(0x21))) + "<>\"'`"
_IN_QUOTES = re.compile(r"=[ \t\r\n]{0,8}([\"'])[ \t\r\n]{0,8}\Z")
_EXTENT = re.compile(r"[^\s<>\"`{}|^]*")
_TRAILING = ".,;:!?'*_~"
_NESTED = re.compile(r"[?&;](?:[\w.\-\[\]]{1,40})=((?:https?(?::|%3a))?(?:[/\\]|%2f|%5c){2}[^&;#\s]+)", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_PIXEL = re.compile(
    r"\b(?:width|height)\s{0,4}[=:]\s{0,4}[\"']?[01](?:px)?\b|display\s{0,4}:\s{0,4}none", re.IGNORECASE
)
_WORD = re.compile(r"\w+")
_SHOWN = re.compile(r"\A[a-z]{2,5}://[^/\\?#@]+([/?#][\w./?=&,+#~-]{0,200})\Z", re.IGNORECASE | re.ASCII)
_NOT_PLAIN = re.compile(r"//|www\.", re.IGNORECASE)
_MAX_LABELS = 3
_MAX_TRAILING = 3
_NO_HOST = frozenset(("javascript", "vbscript", "data", "file", "blob", "mailto"))
_MAX_SHARED_LOOKS = 8
_MAX_SHARED_CHARS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ExfiltrationSettings:
    """Which addresses may stand in a text.

    Raises:
        ValueError: If a domain or a scheme is none, or a bound makes no sense.
    """

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["exfiltration"] = "exfiltration"
    trusted_domains: tuple[str, ...] = ()
    """Each with what is below it: ``example.com`` trusts ``docs.example.com`` and not ``badexample.com``."""

    images: Literal["trusted", "any"] = "trusted"
    """Which hosts may be loaded from without a click. A Markdown definition counts, as an image may use it."""

    links: Literal["trusted", "read", "any"] = "any"
    """Which hosts may be linked to. ``read``: the trusted ones, and an address that stands whole in the user's words,
    in the team's, or in what the policy vouches for, so that nothing can be put into it; or whole in other content that
    the run has read, where the user asked for a link and named the site. Any other stays as text that nobody can click
    on. Needs the policy's ``tools``: without them nothing is known to be read."""

    allowed_schemes: tuple[str, ...] = ("http", "https", "mailto")
    max_payload: int = 100
    """The most characters of one value in an address of a host that is not trusted; 16 to 2,000."""

    max_url: int = 2_000
    """A longer address is found, whatever it says; 100 to 4,000."""

    min_shared: int = 20
    """Letters and digits in a row that an address may not share with another text of the event; >= 8."""

    max_images: int | None = None
    """The most images that a text may load, trusted ones too; None: not counted. With a number only the whole text
    decides."""

    def __post_init__(self) -> None:
        for domain in self.trusted_domains:
            if _DOMAIN.fullmatch(domain) is None:
                raise ValueError(f"`trusted_domains` must hold domains in lower case without scheme, got {domain!r}")
        for scheme in self.allowed_schemes:
            if re.fullmatch(r"[a-z][a-z0-9+.-]*", scheme) is None or scheme in {"javascript", "vbscript"}:
                raise ValueError(f"`allowed_schemes` must not hold {scheme!r}")
        for name, value, low, high in (
            ("max_payload", self.max_payload, 16, 2_000),
            ("max_url", self.max_url, 100, 4_000),
            ("min_shared", self.min_shared, 8, 1_000),
        ):
            if not low <= value <= high:
                raise ValueError(f"`{name}` must be in {low}..{high:,}, got {value}")
        if self.max_images is not None and self.max_images < 0:
            raise ValueError(f"`max_images` must be >= 0, got {self.max_images}")


class ExfiltrationRail:
    """Finds addresses that load, carry data, hide where they go, or look like a trusted one.

    Args:
        settings: Which addresses may stand.
    """

    operating_point: OperatingPoint | None = None

    def __init__(self, settings: ExfiltrationSettings) -> None:
        self._settings = settings
        self._hosts = LookAlikes(settings.trusted_domains)
        self.reach: int | None = settings.max_url + BEFORE + AFTER if settings.max_images is None else None
        self.triggers: Triggers | None = Triggers(
            patterns=(
                r"(?:https?|ftps?|wss?):[^\s]",
                r"www\.[^\s]",
                r"(?:\]\(|\]:|=|url\()[\x00-\x20<>\"'`]*"
                r"(?:(?:javascript|vbscript|data|file|blob):|[/\\]{2}|[^\s\"'`<>]{0,40}(?:&(?:#|[a-z])|\\)"
                r"|[a-z]{1,12}[\t\r\n][a-z\t\r\n]{0,24}:|[/\\][\t\r\n]{1,8}[/\\])",
            ),
            unusual=True,
        )

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        """Return each address that may not stand, with what makes it harmless."""
        shared = _Shared(segment, scene, least=self._settings.min_shared)
        before = SaidBefore(scene.state.run.ledger)
        found: list[Detection] = []
        images = 0
        covered = 0
        last = -1
        for match in _START.finditer(segment.text):
            start = _start(segment.text, match)
            if start is None or start == last:
                continue
            end = self._end(segment.text, start)
            place = place_of(segment.text, start, end)
            raw = segment.text[start:end]
            if match["marked"] and (place.kind is Kind.PLAIN or not any(map(leaves, readings(raw)))):
                continue
            last = start
            images += place.kind is Kind.IMAGE
            address = self._address(raw)
            # What an address carries is looked at once, with the outermost that is not trusted.
            is_inside = start < covered
            said = Said.COMPOSED
            if self._hosts.trusts(address.host):
                reasons = dict(self._of_trusted(address, raw))
            else:
                covered = max(covered, end)
                said = Said.COMPOSED if _trails(segment.text, end, place) else self._said(raw, address, before)
                reasons = dict(self._untrusted(address, raw, place=place, text=segment.text, said=said))
                if not is_inside:
                    reasons.update(self._carried(address, raw, shared))
            if self._settings.max_images is not None and images > self._settings.max_images:
                reasons.setdefault("many_images", "")
            shown = raw if reasons.keys() == {"untrusted_link"} and said is Said.UNTRUSTED else ""
            found += [_detection(kind, place, address, detail=detail, whole=shown) for kind, detail in reasons.items()]
        return tuple(_settled(found))

    def _address(self, raw: str) -> Address:
        """Return where ``raw`` goes; where readers differ in that, the place that is not trusted."""
        if len(raw) >= self._settings.max_url and _AUTHORITY.match(raw) is not None:
            # It is found whatever it says: where it goes is all that is asked, and that stands at its beginning.
            raw = raw[:_BEGINNING]
        if raw[:4].lower() == "www.":
            raw = f"//{raw}"
        read = [parsed(one) for one in readings(raw) if leaves(one)] or [parsed(raw)]
        return next((one for one in read if not self._hosts.trusts(one.host)), read[0])

    def _end(self, text: str, start: int) -> int:
        """Return where the address that begins at ``start`` ends."""
        last = min(len(text), start + self._settings.max_url)
        quoted = _IN_QUOTES.search(text, max(0, start - 20), start)
        if quoted is not None and (closing := text.find(quoted[1], start, last)) > 0:
            return closing
        match = _EXTENT.match(text, start, last)
        raw = match[0] if match is not None else ""
        before = text[start - 1 : start]
        if before == "<" or len(raw) == self._settings.max_url:
            return start + len(raw)
        return start + len(_closed(raw) if before == "(" else _plain(raw))

    def _carried(self, address: Address, raw: str, shared: _Shared) -> Iterator[tuple[str, str]]:
        if address.scheme not in _NO_HOST and len(raw) < self._settings.max_url:
            yield from carried(address, max_payload=self._settings.max_payload)
            yield from shared.reasons(address)

    def _of_any(self, address: Address) -> Iterator[tuple[str, str]]:
        if address.scheme and address.scheme not in self._settings.allowed_schemes:
            yield "forbidden_scheme", ""
        if address.has_userinfo and address.scheme not in _NO_HOST:
            yield "userinfo", ""

    def _of_trusted(self, address: Address, raw: str) -> Iterator[tuple[str, str]]:
        yield from self._of_any(address)
        if address.scheme not in _NO_HOST and any(
            not self._hosts.trusts(parsed(unquote(nested[1])).host) for nested in _NESTED.finditer(raw)
        ):
            yield "redirector", ""

    def _said(self, raw: str, address: Address, before: SaidBefore) -> Said:
        if self._settings.links != "read" or len(raw) >= self._settings.max_url:
            return Said.COMPOSED
        return before.said(raw, address)

    def _untrusted(
        self, address: Address, raw: str, *, place: Place, text: str, said: Said
    ) -> Iterator[tuple[str, str]]:
        settings = self._settings
        yield from self._of_any(address)
        if address.scheme in _NO_HOST:
            return
        is_long = len(raw) >= settings.max_url
        if is_long:
            yield "url_payload", "too long"
        if place.kind.loads and settings.images == "trusted":
            may_be_pixel = place.kind is Kind.IMAGE and not is_long
            is_pixel = may_be_pixel and _PIXEL.search(text, place.start, place.end) is not None
            yield ("tracking_pixel", "") if is_pixel else ("untrusted_image", place.kind.value)
        elif settings.links == "trusted":
            yield "untrusted_link", place.kind.value
        elif settings.links == "read" and said in _NOBODYS:
            yield "untrusted_link", f"{place.kind.value}, {said.value}"
        if address.is_odd_ip or (address.is_ip and not address.is_local):
            yield "ip_host", "disguised" if address.is_odd_ip else ""
        likeness = self._hosts.likeness(address.host)
        if likeness is not None:
            yield "look_alike_domain", likeness


_NOBODYS = frozenset((Said.COMPOSED, Said.UNTRUSTED))
_SAID = frozenset((Stage.OUTPUT, Stage.TOOL_CALL))


class _Shared:
    """What an address shares with the other texts of the event. They are made ready when first needed."""

    def __init__(self, segment: Segment, scene: Scene, *, least: int) -> None:
        self._segment = segment
        self._scene = scene
        self._least = least
        self._others: list[str] | None = None

    def reasons(self, address: Address) -> Iterator[tuple[str, str]]:
        if len(self._scene.event.segments) < 2 and not self._scene.state.canaries:
            return
        texts = list(texts_of(address))
        if any(canary in text for canary in self._scene.state.canaries if canary for text in texts):
            yield "secret_in_url", "canary"
        pieces = [folded for text in texts if len(folded := _letters(text)) >= self._least]
        if any(self._has(piece) for piece in pieces):
            yield "conversation_in_url", ""

    def _has(self, piece: str) -> bool:
        if self._others is None:
            # What the model itself says is no source: protocols repeat an answer's text when it ends.
            others = (one for one in self._scene.event.segments if one is not self._segment and one.stage not in _SAID)
            self._others = [_letters(other.text[:_MAX_SHARED_CHARS]) for other in others]
        step = max(1, (len(piece) - self._least) // _MAX_SHARED_LOOKS)
        looks = range(0, len(piece) - self._least + 1, step)
        return any(piece[at : at + self._least] in other for other in self._others for at in looks)


def _trails(text: str, end: int, place: Place) -> bool:
    """Return whether more signs follow an address in running text than a sentence has: a reader may count them in."""
    if place.kind is not Kind.PLAIN:
        return False
    following = _EXTENT.match(text, end, end + _MAX_TRAILING + 1)
    return following is not None and len(following[0]) > _MAX_TRAILING


def _start(text: str, match: re.Match[str]) -> int | None:
    """Return where the address begins that ``match`` is a sign of; None: it is none."""
    if match["marked"]:
        whole = match.end()
        first = match.start() + 1
        marked = text[first:whole]
        return first + len(marked) - len(marked.lstrip(_BEFORE_MARKED))
    sign = match.start()
    scheme = _SCHEME.search(text, max(0, sign - 5), sign)
    if scheme is None:
        return None
    before = text[scheme.start() - 1 : scheme.start()]
    is_name = text[sign] == "."
    return None if before.isalnum() or before == "_" or (is_name and before in {".", "@", "/", "-"}) else scheme.start()


def _letters(text: str) -> str:
    return "".join(_WORD.findall(text)).lower()


def _plain(address: str) -> str:
    """Return an address in running text without the punctuation after it."""
    trimmed = address.rstrip(_TRAILING)
    surplus = sum(trimmed.count(c) for c in ")]") - sum(trimmed.count(c) for c in "([")
    while surplus > 0 and trimmed.endswith((")", "]")):
        trimmed = trimmed[:-1].rstrip(_TRAILING)
        surplus -= 1
    return trimmed


def _closed(address: str) -> str:
    """Return an address in parentheses up to the one that ends it."""
    depth = 0
    for match in re.finditer(r"[()]", address):
        depth += 1 if match[0] == "(" else -1
        if depth < 0:
            return address[: match.start()]
    return address


def _detection(kind: str, place: Place, address: Address, *, detail: str, whole: str) -> Detection:
    span = Span(start=place.start, end=place.end)
    return Detection(
        kind=kind,
        span=span,
        detail=detail,
        edit=Edit(span=span, replacement=_instead(place, address, whole), kind=EditKind.NEUTRALISE),
    )


def _instead(place: Place, address: Address, whole: str) -> str:
    shown = _inert(address, whole)
    match place.kind:
        case Kind.IMAGE:
            return "" if place.in_tag else place.text
        case Kind.STYLE:
            return ""
        case Kind.DEFINITION | Kind.ATTRIBUTE:
            return "#"
        case Kind.LINK:
            return f" ({shown})"
    return shown


def _inert(address: Address, whole: str) -> str:
    """Return what is left of an address: its host, and of one that was read whole what can be typed by hand."""
    match = _SHOWN.search(whole)
    is_plain = match is not None and len(address.labels) <= _MAX_LABELS and _NOT_PLAIN.search(match[1]) is None
    return _defanged(address) + (match[1] if match is not None and is_plain else "")


def _defanged(address: Address) -> str:
    """Return the last labels of the host, so that nobody can click on it."""
    host = re.sub(r"[^\w.\-]", "", address.host)[-100:]
    return "(.)".join(host.split(".")[-3:]) or "-"


def _settled(found: Iterable[Detection]) -> Iterator[Detection]:
    """Yield detections of which no two have different edits of the same characters.

    What lies within another has the other's edit; what overlaps it in part goes together.
    """
    group: list[Detection] = []
    end = 0
    for one in sorted(found, key=lambda one: (one.span.start, -one.span.end, one.kind)):
        if group and one.span.start >= end:
            yield from _as_one(group, end=end)
            group = []
        end = max(end, one.span.end) if group else one.span.end
        group.append(one)
    yield from _as_one(group, end=end)


def _as_one(group: list[Detection], *, end: int) -> Iterator[Detection]:
    if not group or group[0].edit is None:
        return
    first = group[0].edit
    span = Span(start=group[0].span.start, end=end)
    whole = first if first.span == span else replace(first, span=span, replacement="")
    for one in group:
        yield replace(one, edit=whole)
