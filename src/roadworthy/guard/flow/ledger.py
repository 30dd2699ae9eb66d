"""What a run has read, with its labels, and where a value is found in it again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import partial
from hashlib import blake2b
from typing import Any

from roadworthy.core.digest import JsonValue
from roadworthy.guard.flow.carrying import carried_in, most_secret_first
from roadworthy.guard.flow.content import Entry, Leaf, Seen
from roadworthy.guard.flow.effort import Effort
from roadworthy.guard.flow.explaining import explained
from roadworthy.guard.flow.generous import NOTHING
from roadworthy.guard.flow.index import found, with_level
from roadworthy.guard.flow.label import Label, Origin, Part, Secrecy, Trace, most_secret
from roadworthy.guard.flow.linking import UNTOLD, Link, Owned, linked, owner_key, owners_in, tools_with_records
from roadworthy.guard.segment import SourceKind

__all__ = ["EMPTY", "UNTOLD", "Ledger", "Link", "Owned"]

MAX_CHARS = 2_000_000
"""Characters of content that are kept."""

MAX_ENTRIES = 5_000
MAX_OWNED = 200_000
_KEPT_LONGEST = (SourceKind.USER, SourceKind.OPERATOR)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Ledger:
    """Labelled content in order of its coming. A value: adding gives another one and shares what was there.

    Reading costs what the content is long, once, when it is added; asking costs what the value is long and a little
    for each piece of content. Where it becomes too much the oldest is forgotten, what the user and the operator said
    last: its taint and its secrecy stay, and what it explained is explained no more.
    """

    entries: tuple[Any, ...] = ()
    levels: tuple[Any, ...] = ()
    """Index of the entries."""

    marks: tuple[Any, ...] = ()
    """Of all that was read, so that it adds nothing when it comes again."""

    mark: str = ""
    """Two ledgers with the same one have read the same in the same order."""

    chars: int = 0
    is_tainted: bool = False
    """Whether anything untrusted was read."""

    secrecy: Secrecy = Secrecy.PUBLIC
    """The most secret of all that was read."""

    owned: tuple[Any, ...] = ()
    """Index of the owners of records, of forgotten ones too."""

    forgotten: tuple[Label, ...] = ()
    """Of what was read and is not kept."""

    unlinked: frozenset[str] = frozenset()
    """Tools of which records were forgotten: none that is left may be the only one that fits."""

    generous: Any = NOTHING
    """Index for `carried`, made when it is first asked for."""

    seen: Seen | None = None
    """What need not be worked out twice; shared by all ledgers that come of one, and without a say in any answer."""

    def with_content(
        self,
        content: JsonValue,
        label: Label,
        *,
        fields: Mapping[str, Label] | None = None,
        owned: Sequence[Owned] = (),
    ) -> Ledger:
        """Return the ledger after ``content`` was read; content of the same label that is there already adds nothing.

        Args:
            content: Text, or a JSON value with fields; text that is a JSON object or list is read as that.
            label: Of all of it.
            fields: Labels of fields, by pattern of the JSON pointer (``/emails/*/sender``), where they differ. What
                lies below a field has its label; the longest pattern that fits counts.
            owned: Which fields say whose the records are; where several do, each must.
        """
        fields = fields or {}
        try:
            mark = _mark(content, label, fields, owned)
        except (ValueError, RecursionError):
            return self._without(label, fields)
        if any(mark in level for level in self.marks):
            return self
        seen = self.seen or Seen()
        entry = Entry(content, label=label, fields=fields, seen=seen)
        if not entry.leaves:
            return self
        ledger = Ledger(
            entries=(*self.entries, entry),
            levels=with_level(self.levels, entry.level),
            marks=with_level(self.marks, {mark: ()}),
            mark=blake2b((self.mark + mark).encode(), digest_size=16).hexdigest(),
            chars=self.chars + entry.chars,
            is_tainted=self.is_tainted or any(not one.origin.trusted for one in entry.labels),
            secrecy=most_secret(self.secrecy, *(one.secrecy for one in entry.labels)),
            owned=with_level(self.owned, owners_in(entry, owned)) if owned else self.owned,
            forgotten=self.forgotten if entry.is_whole else _with(self.forgotten, entry.labels),
            unlinked=self.unlinked if entry.is_whole else self.unlinked | tools_with_records(entry),
            generous=self.generous.next(),
            seen=seen,
        )
        return ledger if ledger.chars <= MAX_CHARS and len(ledger.entries) <= MAX_ENTRIES else _forgetting(ledger)

    def _without(self, label: Label, fields: Mapping[str, Label]) -> Ledger:
        """Return the ledger after content was read that is too deep to be kept: it is as forgotten."""
        labels = (label, *fields.values())
        return replace(
            self,
            mark=blake2b(f"{self.mark}\0{labels!r}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest(),
            is_tainted=self.is_tainted or any(not one.origin.trusted for one in labels),
            secrecy=most_secret(self.secrecy, *(one.secrecy for one in labels)),
            forgotten=_with(self.forgotten, labels),
            unlinked=self.unlinked | {one.origin.name for one in labels if one.origin.trusted},
        )

    def trace(self, value: str | float, *, same: Sequence[Sequence[str]] = (), effort: Effort | None = None) -> Trace:
        """Return where ``value`` comes from: each stretch of it with all that explains it.

        Args:
            value: A leaf of the arguments of a call, or a text that the model wrote.
            same: Words that say the same (`ToolPolicy.same`).
            effort: What all questions about one event may cost together; None: this one is alone. What is not looked
                at counts as composed.
        """
        return Trace(parts=self.parts(value, same=same, effort=effort), tainted=self.is_tainted)

    def parts(
        self, value: str | float, *, same: Sequence[Sequence[str]] = (), effort: Effort | None = None
    ) -> tuple[Part, ...]:
        """Return `Trace.parts` of ``value``."""
        find = partial(found, self.levels)
        seen = self.seen or Seen()
        return explained(value, find=find, otherwise=self.secrecy, same=same, seen=seen, effort=effort)

    def carried(
        self, *values: str | float, same: Sequence[Sequence[str]] = (), effort: Effort | None = None
    ) -> tuple[Label, ...]:
        """Return the labels of all that ``values`` may carry, in whatever form: generous where `trace` is strict.

        Takes milliseconds; ask where more was read than a value may carry. What was forgotten may be carried by
        anything, and what takes too long to look through may carry anything (`MAX_CARRYING`, `MOST_WORK`).

        Args:
            values: As of `trace`; several are asked for alone and put together, in their order.
            same: As of `trace`.
            effort: As of `trace`.

        Returns:
            The most secret first.
        """
        lookup = self.generous.lookup(self.entries)
        found_in = carried_in(values, find=self._find, lookup=lookup, same=same, effort=effort)
        if found_in is None:
            return most_secret_first(_with(self.forgotten, (one for entry in self.entries for one in entry.labels)))
        return most_secret_first((*found_in, *self.forgotten))

    def link(self, value: str | float, *, tool: str, effort: Effort | None = None) -> Link:
        """Return whether the user named, by another field, a record of ``tool``'s trusted results with ``value``."""
        link = linked(value, tool=tool, find=self._find, entries=self.entries, effort=effort)
        if link is Link.NAMED and any(fnmatchcase(one, tool) for one in self.unlinked):
            return Link.AMBIGUOUS
        return link

    def owners(self, value: str | float, *, kind: str) -> frozenset[str]:
        """Return to whom the records of ``kind`` with this id belong, as trusted results had it; empty: not known.

        `UNTOLD` is among them where not all that say whose records are did.
        """
        if sum(map(len, self.owned)) > MAX_OWNED:
            return frozenset()
        return frozenset(found(self.owned, owner_key(value, kind=kind)))

    def _find(self, key: str) -> tuple[Leaf, ...]:
        return found(self.levels, key)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> dict[str, Any]:
        """What a run has read goes into no record: only whether it has read anything is written.

        Where it has, what is read back is a ledger that has forgotten it: tainted, as secret as can be, and nothing
        that was said before is explained by it any more.
        """
        anything = Label(origin=Origin(kind=SourceKind.UNKNOWN), secrecy=Secrecy.SECRET)
        empty, lost = cls(), cls()._without(anything, {})

        def read(kept: object) -> Ledger:
            return kept if isinstance(kept, Ledger) else empty if kept == "empty" else lost

        written = {"type": "function-plain", "function": lambda ledger: "empty" if ledger == empty else "lost"}
        return {
            "type": "function-plain",
            "function": {"type": "no-info", "function": read},
            "serialization": written,
        }

    def __eq__(self, other: object) -> bool:
        return self.mark == other.mark if isinstance(other, Ledger) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.mark)

    def __repr__(self) -> str:
        return f"Ledger(entries={len(self.entries)}, characters={self.chars})"


def _mark(content: JsonValue, label: Label, fields: Mapping[str, Label], owned: Sequence[Owned]) -> str:
    said = content if isinstance(content, str) else json.dumps(content, sort_keys=True, default=repr)
    about = f"{isinstance(content, str)}\0{label!r}\0{sorted(fields.items())!r}\0{owned!r}\0{said}"
    return blake2b(about.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _with(labels: tuple[Label, ...], further: Iterable[Label]) -> tuple[Label, ...]:
    """Return the labels with more; of those of one tool or document only one for each secrecy, without its field."""
    whole = (replace(label, origin=replace(label.origin, field="")) for label in further)
    return tuple(dict.fromkeys((*labels, *whole)))


def _forgetting(ledger: Ledger) -> Ledger:
    """Return the ledger with half of what it may keep, so that it seldom forgets."""
    by_age = sorted(ledger.entries, key=lambda entry: entry.kind in _KEPT_LONGEST)
    chars, entries = ledger.chars, len(ledger.entries)
    gone: dict[int, Any] = {}
    for entry in by_age[:-1]:
        if chars <= MAX_CHARS // 2 and entries <= MAX_ENTRIES // 2:
            break
        gone[id(entry)] = entry
        chars, entries = chars - entry.chars, entries - 1
    kept = tuple(entry for entry in ledger.entries if id(entry) not in gone)
    levels: tuple[Any, ...] = ()
    for entry in kept:
        levels = with_level(levels, entry.level)
    return replace(
        ledger,
        entries=kept,
        levels=levels,
        chars=chars,
        forgotten=_with(ledger.forgotten, (label for entry in gone.values() for label in entry.labels)),
        unlinked=ledger.unlinked.union(*(tools_with_records(entry) for entry in gone.values())),
        generous=NOTHING.next(),
        seen=ledger.seen and ledger.seen.without_words(),
    )


EMPTY = Ledger()
