"""Hosts that look like a trusted one and are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from roadworthy.guard.reading.reading import read

_SECOND_LEVEL = frozenset(("ac", "co", "com", "edu", "gov", "go", "net", "ne", "or", "org"))
_LETTERS = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "i": "l", "j": "l"})
_MIN_NAME = 5
"""Shortest name that is looked for inside of others: shorter ones stand in ordinary words."""

_MIN_TYPO = 6
"""Shortest name of which one that differs by one letter is a look-alike."""


class LookAlikes:
    """Tells hosts that resemble trusted ones.

    Args:
        trusted: Domains, in lower case; each with what is below it.

    >>> LookAlikes(["example.com"]).likeness("examp1e.com")
    'same letters'
    >>> LookAlikes(["example.com"]).likeness("shop.example.com") is None
    True
    """

    def __init__(self, trusted: Iterable[str]) -> None:
        self._trusted = frozenset(trusted)
        self._letters = frozenset(_letters(domain) for domain in self._trusted)
        self._names = frozenset(name for domain in self._trusted if len(name := registered_name(domain)) >= _MIN_NAME)
        self._near: dict[str, set[str]] = {}
        for name in self._names:
            if len(name) >= _MIN_TYPO:
                for shorter in _shorter(name):
                    self._near.setdefault(shorter, set()).add(name)

    def trusts(self, host: str) -> bool:
        """Return whether ``host`` is a trusted domain or below one."""
        trusted, at = self._trusted, -1
        while trusted:
            if (host[at + 1 :] if at >= 0 else host) in trusted:
                return True
            at = host.find(".", at + 1)
            if at < 0:
                return False
        return False

    def likeness(self, host: str) -> str | None:
        """Return how ``host`` resembles a trusted domain; None: not, or it is trusted.

        ``same letters`` (homoglyphs, digits for letters), ``typo`` (one letter more, less, other or swapped),
        ``other ending`` (another top-level domain) or ``added words``.
        """
        if not self._trusted or self.trusts(host):
            return None
        if any(_letters(ending) in self._letters for ending in _endings(host)):
            return "same letters"
        labels = [_read(label) for label in host.split(".")]
        name = registered_name(".".join(labels))
        if name in self._names:
            return "other ending"
        if any(one_edit_apart(name, other) for shorter in _shorter(name) for other in self._near.get(shorter, ())):
            return "typo"
        if any(trusted in label for trusted in self._names for label in labels[:-1]):
            return "added words"
        return None


def one_edit_apart(one: str, other: str) -> bool:
    """Return whether one insertion, deletion, substitution or swap of neighbours makes ``other`` of ``one``.

    >>> one_edit_apart("exmaple", "example"), one_edit_apart("example", "example"), one_edit_apart("abcde", "vwxyz")
    (True, False, False)
    """
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    if len(one) > len(other):
        one, other = other, one
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    swapped = one[at : at + 2][::-1] + one[at + 2 :]
    return one[at + 1 :] == other[at + 1 :] or swapped == other[at:]


def _endings(host: str) -> Iterator[str]:
    yield host
    at = host.find(".")
    while at >= 0:
        yield host[at + 1 :]
        at = host.find(".", at + 1)


def _shorter(name: str) -> Iterator[str]:
    yield name
    if len(name) <= 63:
        yield from (name[:n] + name[n + 1 :] for n in range(len(name)))


def registered_name(domain: str) -> str:
    """Return the label that somebody registered, as far as that can be told without a list of suffixes."""
    labels = domain.split(".")
    if len(labels) >= 3 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2:
        return labels[-3]
    return labels[-2] if len(labels) >= 2 else labels[0]


def _read(label: str) -> str:
    return label if label.isascii() else read(label).plain.lower()


def _letters(domain: str) -> str:
    """Return what a quick eye reads: look-alike letters as one letter."""
    return _read(domain).replace("rn", "m").replace("vv", "w").replace("cl", "d").translate(_LETTERS)
