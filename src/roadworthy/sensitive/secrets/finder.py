"""Finds credentials by format, structure and context. It takes time in proportion to the text, and keeps no value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice
from typing import Any, TypeAlias

import re2

from roadworthy.sensitive.secrets import address, assigned, command_line, password_file, private_key
from roadworthy.sensitive.secrets.format import Check, Format, FoundSecret, Group
from roadworthy.sensitive.secrets.formats import FORMATS
from roadworthy.sensitive.secrets.stand_in import entropy, stands_in

Finder: TypeAlias = Callable[[str], Iterator[FoundSecret]]

_SET_BYTES = 64 * 1024 * 1024
"""Memory that the automaton may take; with too little it would find nothing without saying so."""

_KEYS = (private_key.AGE, private_key.ENCODED, private_key.PUTTY, private_key.WEB_KEY)
_LONG = frozenset([Group.TOKEN, Group.KEY])
_SHOWN = 200
"""Characters of a long one by which it is told from an example."""

_MIXED = re.compile("[0-9A-Z]")
_ESCAPED = re.compile(r"(?:\\[nrt]|%[0-9A-Fa-f]{2}|\\[ux][0-9A-Fa-f]{2,4})$")
"""What ends with a letter or digit and is a sign all the same."""

_MIN_WEAK_BITS = 3.4
_LOOKED_AT, _FEW = 40, 6
"""Where this many characters have no more different ones, nothing random begins: it keeps repeated heads cheap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for, and what counts."""

    groups: frozenset[Group] = frozenset(Group)
    providers: frozenset[str] = frozenset()
    """Only these; empty: all."""

    checked: bool = True
    """Whether what its own structure disproves is left out: a wrong check sum, a header that does not decode."""

    loose: bool = False
    """Whether what stands in for a credential counts as well, for those who would rather hide too much."""

    whole: bool = True
    """Whether private keys and JSON Web Tokens are found to their end. Otherwise only by how they begin, which
    is enough to stop a text and decides within few characters."""

    @property
    def formats(self) -> tuple[Format, ...]:
        """The formats looked for."""
        return _formats(self)

    @property
    def most(self) -> int:
        """The most characters that decide whether something at a place is found."""
        lengths = [form.most + 2 for form in self.formats]
        if self.looks(Group.KEY, "private-key"):
            lengths.append(private_key.MOST if self.whole else private_key.HEAD_MOST)
        if self.looks(Group.ADDRESS, "address"):
            lengths.append(address.MOST)
        if self.groups & assigned.GROUPS:
            lengths.append(assigned.MOST)
        if Group.ASSIGNED in self.groups:
            lengths.append(command_line.MOST)
        return max(lengths, default=0)

    @property
    def reach(self) -> int:
        """The most characters on either side of a find that decide whether it is one, and told by itself."""
        return self.most + assigned.MOST

    @property
    def triggers(self) -> tuple[str, ...]:
        """RE2 over lower-case text; where none of them matches, nothing is found."""
        return tuple(trigger for trigger, _ in kinds(self))

    def find(self, text: str) -> Sequence[FoundSecret]:
        """Return what is found, in order of place; what lies within another find is told with it.

        Whether something is found depends on the `most` characters around it only.

        >>> [found.said for found in Search(checked=False).find("key = ghp_" + "aB3dE6gH9jK2" * 3)]
        ['a GitHub token of 40 characters']
        """
        finders = kinds(self)
        found = [one for number in _triggered(self, text) for one in finders[number][1](text)]
        if self.checked:
            found = [one for one in found if one.check is not Check.FAILS]
        return _outermost(found)

    def looks(self, group: Group, provider: str) -> bool:
        """Return whether credentials of this group and provider are looked for."""
        return group in self.groups and (not self.providers or provider in self.providers)


PROVIDERS = frozenset(
    [form.provider for form in (*FORMATS, *_KEYS)]
    + [owner.provider for owner in assigned.OWNED]
    + ["private-key", "address", "assigned", "command", "netrc", "password-hash"]
)
"""By whom credentials can be issued that are found, and the kinds without an issuer."""

SHAPED = frozenset(Group) - {Group.ASSIGNED}
"""Credentials that are told by a format of their issuer's."""


def secrets_in(text: str, groups: frozenset[Group]) -> Sequence[FoundSecret]:
    """Return the credentials of ``groups`` in ``text`` by their shape, whatever their check sums say.

    >>> [found.said for found in secrets_in("key = ghp_" + "aB3dE6gH9jK2" * 3, frozenset([Group.CODE]))]
    ['a GitHub token of 40 characters']
    """
    return Search(groups=groups, checked=False).find(text)


@lru_cache(maxsize=64)
def _formats(search: Search) -> tuple[Format, ...]:
    known = [
        form
        for form in (*FORMATS, *_KEYS)
        if form.group in search.groups and (not search.providers or form.provider in search.providers)
    ]
    # How a long one begins counts in any case: one longer than any is at least noticed.
    return (*(known if search.whole else ()), *(form.beginning for form in known if form.opening or not search.whole))


def _of_format(form: Format, search: Search) -> Finder:
    def find(text: str) -> Iterator[FoundSecret]:
        for head in form.heads:
            at = text.find(head)
            while at >= 0:
                found = (_at(form, search, text, at - lead) for lead in form.lead_lengths)
                yield from islice((one for one in found if one is not None), 1)
                at = text.find(head, at + 1)

    return find


def _at(form: Format, search: Search, text: str, start: int) -> FoundSecret | None:
    regex = form.regex
    if not search.loose and len(set(text[start : start + _LOOKED_AT])) <= _FEW:
        return None
    if start < 0 or (regex.groups == 0 and _is_within_word(text, start)):
        return None
    match = regex.match(text, start, start + form.most + 2)
    if match is None or not (search.loose or _is_real(form, match)):
        return None
    first, last = match.span(regex.groups)
    check = form.check(match[0]) if form.check is not None else Check.NONE
    return FoundSecret(group=form.group, provider=form.provider, name=form.name, start=first, end=last, check=check)


@lru_cache(maxsize=64)
def kinds(search: Search) -> tuple[tuple[str, Finder], ...]:
    """Return what looks for each kind, and before it the RE2, over lower-case text, without which it finds nothing."""
    found = [(form.trigger, _of_format(form, search)) for form in search.formats]
    if search.looks(Group.KEY, "private-key"):
        found.append((private_key.TRIGGER, partial(private_key.private_keys, whole=search.whole, bare=search.loose)))
    if search.looks(Group.ADDRESS, "address"):
        found.append((address.TRIGGER, partial(address.passwords_in_addresses, loose=search.loose)))
    if search.groups & assigned.GROUPS:
        found.append((assigned.TRIGGER, partial(assigned.assigned_secrets, loose=search.loose)))
    if Group.ASSIGNED in search.groups:
        found += [(trigger, password_file.passwords_in_files) for trigger in password_file.TRIGGERS]
        found += [(trigger, command_line.passwords_in_commands) for trigger in command_line.TRIGGERS]
    return tuple((trigger, _only(finder, search)) for trigger, finder in found)


def _only(finder: Finder, search: Search) -> Finder:
    wanted = search.providers
    return lambda text: (
        one for one in finder(text) if one.group in search.groups and (not wanted or one.provider in wanted)
    )


def _triggered(search: Search, text: str) -> Sequence[int]:
    # In the order of the formats: of two that fit one span the earlier names it.
    return sorted(_automaton(search).Match(text) or ())


@lru_cache(maxsize=64)
def _automaton(search: Search) -> Any:
    """Return all triggers as one automaton, which tells in one pass which kinds may be in a text."""
    options = re2.Options()
    options.max_mem = _SET_BYTES
    options.log_errors = False
    options.case_sensitive = False
    triggers = re2.Set.SearchSet(options)
    for trigger in search.triggers:
        triggers.Add(trigger)
    triggers.Compile()
    return triggers


def _is_within_word(text: str, start: int) -> bool:
    before = text[start - 1 : start]
    return before.isalnum() and before.isascii() and _ESCAPED.search(text, max(0, start - 6), start) is None


def _is_real(form: Format, match: re.Match[str]) -> bool:
    value = match[form.regex.groups]
    if form.group in _LONG:
        start = match.start()
        return not stands_in(match.string[start : start + _SHOWN])
    # Words with hyphens between them have neither digits nor capitals.
    if _MIXED.search(value, 4) is None or len(set(value)) <= 5 or stands_in(value):
        return False
    return not form.weak or (
        any(c.isdigit() for c in value) and any(c.isalpha() for c in value) and entropy(value) >= _MIN_WEAK_BITS
    )


def _outermost(found: list[FoundSecret]) -> list[FoundSecret]:
    """Return, in order, those that lie within no other; of equals the first."""
    kept: list[FoundSecret] = []
    reached = -1
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.end > reached:
            kept.append(one)
            reached = one.end
    return kept
