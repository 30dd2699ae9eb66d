"""Memory that outlives a run: the labels of what is written go in with it, and come out with what is read later."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from roadworthy.core.digest import Digest, JsonValue, digest_of
from roadworthy.guard.calls.policy import Grant, Memory
from roadworthy.guard.calls.value import leaves
from roadworthy.guard.flow.effort import Effort
from roadworthy.guard.flow.label import Label, Origin, Secrecy, most_secret
from roadworthy.guard.flow.ledger import Ledger
from roadworthy.guard.run.call import Status
from roadworthy.guard.run.state import Remembered, RunState
from roadworthy.guard.segment import SourceKind

MAX_ENTRIES = 100_000
"""Entries whose labels are kept, where nothing else is said. One that is forgotten is untrusted and may be secret."""

MAX_IN_RUN = 1_000
"""Entries whose labels go along with a run."""

_MAX_LABELS = 64
_STEPS_OF_LEAF = 50
_FEW_TRUTHS = 4
"""Truth values that tell too little to count; more may spell anything."""


class MemoryLabelsError(Exception):
    """The labels of a memory cannot be read or kept. What is read counts as untrusted, and nothing is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A write of an entry that is about to be made, or is under way."""

    entry: Remembered
    """With the labels of what is written alone."""

    tenant: str
    number: int
    """Of all writes that its keeper knows, >= 1."""

    is_alone: bool
    """Whether no other write of it was under way when it began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """What a keeper knows of one entry."""

    entry: Remembered
    """With the labels of all that may be there."""

    number: int = 0
    """Of the latest write."""

    under_way: int = 0
    """Writes of which nobody has told the end."""

    is_known: bool = False
    """Whether a write came back: before that something may be there of which nobody knows anything."""

    def begun(self, entry: Remembered, *, number: int) -> Labelled:
        """Return it while ``entry`` is being written: what was there and what comes are both possible."""
        labels = bounded((*self.entry.labels, *entry.labels))
        return replace(self, entry=replace(entry, labels=labels), number=number, under_way=self.under_way + 1)

    def ended(self, write: Write, *, status: Status) -> Labelled:
        """Return it after ``write``.

        Only one that is confirmed, and beside which there was no other, takes the place of what was there.
        """
        is_sure = status is Status.CONFIRMED and write.is_alone and write.number == self.number
        return replace(
            self,
            entry=write.entry if is_sure else self.entry,
            under_way=max(self.under_way - 1, 0),
            is_known=self.is_known or status in (Status.CONFIRMED, Status.RETURNED),
        )

    @property
    def labelled(self) -> Remembered | None:
        """The entry; None: what is there is not known."""
        return self.entry if self.is_known else None


class MemoryLabels(Protocol):
    """Keeps the labels of memories. Implementations pass ``tests/contract/test_memory_labels.py``.

    Each raises `MemoryLabelsError` where the labels cannot be read or kept.
    """

    def begin(self, entry: Remembered, *, tenant: str) -> Write:
        """Add the labels of what is about to be written to those that are there, at once for everybody."""
        ...

    def end(self, write: Write, *, status: Status) -> None:
        """Say that a write is over.

        Args:
            write: As `begin` returned it.
            status: ``confirmed``: the entry now holds what was written. ``returned``: or else what was there.
                ``failed``: or else anything, where nothing was known of it.
        """
        ...

    def get(self, memory: str, key: Digest, *, tenant: str) -> Remembered | None:
        """Return the labels of an entry; None: they are not known."""
        ...


class InProcessMemoryLabels:
    """`MemoryLabels` of one process, for any number of threads. The entry that was longest not written goes first.

    Args:
        max_entries: That are kept.
    """

    def __init__(self, *, max_entries: int = MAX_ENTRIES) -> None:
        self._max = max_entries
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str, Digest], Labelled] = OrderedDict()
        self._written = 0

    def begin(self, entry: Remembered, *, tenant: str) -> Write:
        """As `MemoryLabels.begin`."""
        place = (tenant, entry.memory, entry.key)
        with self._lock:
            before = self._kept.get(place, Labelled(entry=replace(entry, labels=())))
            self._written += 1
            begun = self._kept[place] = before.begun(entry, number=self._written)
            self._kept.move_to_end(place)
            while len(self._kept) > self._max:
                self._kept.popitem(last=False)
        return Write(entry=entry, tenant=tenant, number=begun.number, is_alone=not before.under_way)

    def end(self, write: Write, *, status: Status) -> None:
        """As `MemoryLabels.end`."""
        place = (write.tenant, write.entry.memory, write.entry.key)
        with self._lock:
            found = self._kept.get(place)
            if found is not None:
                self._kept[place] = found.ended(write, status=status)

    def get(self, memory: str, key: Digest, *, tenant: str) -> Remembered | None:
        """As `MemoryLabels.get`."""
        with self._lock:
            found = self._kept.get((tenant, memory, key))
        return None if found is None else found.labelled


def entry_key(memory: Memory, arguments: dict[str, JsonValue], *, principal: str) -> Digest:
    """Return what names the entry that a call writes or reads; of a call that names none, what no write has.

    Args:
        memory: As the policy names it.
        arguments: Of the call.
        principal: For whom it is: each has entries of their own, unless the memory is the whole tenant's.
    """
    named = memory.key in arguments
    whose = {} if memory.per == "tenant" else {"principal": principal}
    return digest_of({"memory": memory.name, "named": named, "key": arguments.get(memory.key), **whose})


def told(arguments: dict[str, JsonValue], *, grants: Sequence[Grant]) -> list[JsonValue]:
    """Return all that a call says: its arguments, but those whose values the policy itself lists, and unlisted names.

    A memory may give back any of it, its key and further arguments too.
    """
    lines = [one for grant in grants for one in grant.arguments]
    constants = {one.name for one in lines if one.one_of or one.same_as}
    lined = {one.name.split("/")[0] for one in lines}
    # A list of listed values can spell anything.
    values = [one for name, one in arguments.items() if name not in constants or isinstance(one, (dict, list))]
    return [*values, *(name for name in arguments if name not in lined)]


def labels_of(value: JsonValue, ledger: Ledger, *, same: Sequence[Sequence[str]]) -> tuple[Label, ...]:
    """Return the labels of a value that is to be remembered: of all that it may carry.

    It is trusted as far as an argument would be: where each part of it stands in what is trusted. What was found
    nowhere, and what it takes too long to look for, is nobody's word and as secret as anything that was read.
    """
    each = [leaf for _, leaf in dict.fromkeys((type(leaf), leaf) for leaf in leaves(value) if leaf != "")]
    telling = [leaf for leaf in each if type(leaf) is not bool]
    effort, found = Effort(), dict[Label, None]()
    composed = Label(origin=Origin(kind=SourceKind.MODEL), secrecy=ledger.secrecy)
    for leaf in telling:
        effort.allows(_STEPS_OF_LEAF)
        for part in ledger.parts(leaf, same=same, effort=effort):
            origins = [one for one in part.origins if one.trusted] or part.origins
            found |= dict.fromkeys([Label(origin=one, secrecy=part.secrecy) for one in origins] or [composed])
        if effort.is_spent:
            break
    if effort.is_spent or sum(type(leaf) is bool for leaf in leaves(value)) > _FEW_TRUTHS:
        found[composed] = None
    if found and most_secret(*(one.secrecy for one in found)).rank < ledger.secrecy.rank:
        carried = ledger.carried(*telling, same=same, effort=effort)
        # How secret it is changes nothing about who said it.
        found |= {Label(origin=next(iter(found)).origin, secrecy=one.secrecy): None for one in carried}
    return bounded(tuple(found))


def bounded(labels: Sequence[Label]) -> tuple[Label, ...]:
    """Return ``labels``, each once; of more than can be kept, the one that they come to."""
    found = tuple(dict.fromkeys(labels))
    return found if len(found) <= _MAX_LABELS else (combined(found, tool="", vouched=True),)


def combined(labels: Sequence[Label] | None, *, tool: str, vouched: bool) -> Label:
    """Return the one label of what is read from a memory. What is not known is untrusted, and may be secret.

    Args:
        labels: Of the entry; None: not known.
        tool: That read it.
        vouched: Whether the policy vouches for what the tool gives.
    """
    known = labels or ()
    trusted = vouched and bool(known) and all(one.origin.trusted for one in known)
    return Label(
        origin=Origin(kind=SourceKind.TOOL, name=tool, trusted=trusted),
        secrecy=Secrecy.SECRET if labels is None else most_secret(*(one.secrecy for one in known)),
    )


def with_entry(run: RunState, entry: Remembered) -> RunState:
    """Return ``run`` with the labels of one more entry, in place of those before."""
    others = [one for one in run.memory if (one.memory, one.key) != (entry.memory, entry.key)]
    return replace(run, memory=(*others, entry)[-MAX_IN_RUN:])


def memories(grants: Sequence[Grant], *, writes: bool) -> tuple[Memory, ...]:
    """Return the memories that ``grants`` write or read, each once."""
    return tuple(
        dict.fromkeys(one.memory for one in grants if one.memory is not None and bool(one.memory.value) is writes)
    )
