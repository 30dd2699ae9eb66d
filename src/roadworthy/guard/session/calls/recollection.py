"""Labels of memories that tools write and read: kept when a call is let through, and put on what is read later."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from roadworthy.core.digest import Digest, JsonValue
from roadworthy.guard.calls.policy import Grant
from roadworthy.guard.event import Principal
from roadworthy.guard.flow.label import Label, Secrecy, most_secret
from roadworthy.guard.flow.ledger import Ledger
from roadworthy.guard.run.call import Status
from roadworthy.guard.run.state import Remembered, RunState
from roadworthy.guard.session.memory import (
    MAX_IN_RUN,
    InProcessMemoryLabels,
    MemoryLabels,
    MemoryLabelsError,
    Write,
    combined,
    entry_key,
    labels_of,
    memories,
    told,
    with_entry,
)
from roadworthy.guard.session.outfit import Outfit
from roadworthy.guard.session.ticket import Ticket


class Recollection:
    """What a run knows of memories.

    Args:
        outfit: With who keeps the labels; where nobody does, the run keeps what it wrote itself.
        run: As it begins, with what earlier parts of it wrote.
        principal: Whose memories they are.
    """

    def __init__(self, outfit: Outfit, run: RunState, *, principal: Principal) -> None:
        self._tenant, self._principal = principal.tenant, principal.id
        if outfit.memory is not None:
            self._keeper: MemoryLabels = outfit.memory
            return
        self._keeper = InProcessMemoryLabels(max_entries=MAX_IN_RUN)
        for entry in run.memory:
            self._keeper.end(self._keeper.begin(entry, tenant=self._tenant), status=Status.CONFIRMED)

    def begin(
        self,
        arguments: dict[str, JsonValue],
        run: RunState,
        *,
        grants: Sequence[Grant],
        same: Sequence[Sequence[str]],
    ) -> tuple[Write, ...]:
        """Keep the labels of what a call is about to write; `end` must follow.

        They are kept before the tool runs: while nobody tells whether it wrote, what is read is labelled by what it
        may have written and by what was there.

        Raises:
            MemoryLabelsError: If they cannot be kept; the call must not be made then.
        """
        begun: list[Write] = []
        written = memories(grants, writes=True)
        labels = labels_of(told(arguments, grants=grants), run.ledger, same=same) if written else ()
        try:
            for memory in written:
                key = entry_key(memory, arguments, principal=self._principal)
                entry = Remembered(memory=memory.name, key=key, labels=labels)
                begun.append(self._keeper.begin(entry, tenant=self._tenant))
        except BaseException:
            self.end(begun, status=Status.FAILED)
            raise
        return tuple(begun)

    def end(self, writes: Sequence[Write], *, status: Status) -> None:
        """Say that ``writes`` are over. Where that cannot be kept, all labels that may be right stay."""
        for write in writes:
            with suppress(MemoryLabelsError):
                self._keeper.end(write, status=status)

    def noted(self, writes: Sequence[Write], run: RunState) -> RunState:
        """Return ``run`` with the labels that the entries of ``writes`` have now."""
        for write in writes:
            known = self._known(write.entry.memory, key=write.entry.key)
            if known is not None:
                run = with_entry(run, known)
        return run

    def read(
        self,
        text: str,
        ticket: Ticket,
        before: RunState,
        *,
        grants: Sequence[Grant],
        failed: bool = False,
        least: Secrecy = Secrecy.PUBLIC,
    ) -> Ledger | None:
        """Return the ledger after what a call read from a memory, under the labels that it was written with.

        None: the call reads no memory that is named in the policy. The words of one that ``failed`` are untrusted, and
        what is read is at least as secret as ``least``.
        """
        found = memories(grants, writes=False)
        if not found:
            return None
        # Who chose the entry chose what is read.
        made = (one.explained for one in reversed(before.calls) if one.call.id == ticket.id)
        vouched = next(made, False) and all(grant.result.trusted for grant in grants)
        labels: list[Label] = []
        for memory in found:
            known = self._known(memory.name, key=entry_key(memory, ticket.arguments, principal=self._principal))
            labels.append(combined(None if known is None else known.labels, tool=ticket.tool, vouched=vouched))
        secrecy = most_secret(
            *(one.secrecy for one in labels), *(grant.result.secrecy or Secrecy.INTERNAL for grant in grants)
        )
        trusted = not failed and all(one.origin.trusted for one in labels)
        one = combined((), tool=ticket.tool, vouched=False)
        chosen = labels[0].origin if trusted else one.origin
        return before.ledger.with_content(text, Label(origin=chosen, secrecy=most_secret(secrecy, least)))

    def _known(self, memory: str, *, key: Digest) -> Remembered | None:
        try:
            return self._keeper.get(memory, key, tenant=self._tenant)
        except MemoryLabelsError:
            return None
