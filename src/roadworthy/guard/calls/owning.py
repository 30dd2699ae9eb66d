"""To whom belongs what a call names: told by records that the run has read, or else by the application."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from roadworthy.guard.calls.compiling import CompiledGrant, CompiledTools, Line
from roadworthy.guard.calls.placing import at
from roadworthy.guard.calls.value import Facts, objections
from roadworthy.guard.calls.wrong import Objection, Wrong
from roadworthy.guard.event import Principal
from roadworthy.guard.flow.ledger import UNTOLD, Ledger
from roadworthy.guard.run.call import Call
from roadworthy.guard.run.state import RunState

Owns: TypeAlias = Mapping[tuple[str, str], bool | None]
"""Answers of `Ownership.belongs`, by kind and id; what is not there is not known."""

NOBODY_SAID: Owns = {}
MAX_QUESTIONS = 200
"""Things about which `Ownership` is asked for one call; of a call that names more none is known."""


def questions(
    tools: CompiledTools, call: Call, run: RunState, *, principal: Principal, route: str, facts: Facts
) -> tuple[tuple[str, str], ...]:
    """Return what must be asked of `Ownership` before ``call`` is judged: pairs of kind and id, each once.

    What records of the run tell already is not asked, nor anything about a call that is refused whatever the answer:
    one that its principal may not make there, or whose value is not as its line has it.
    """
    owned = [(grant, line) for grant in tools.terms(call.tool).enforced for line in grant.lines if line.argument.owned]
    asked: dict[tuple[str, str], None] = {}
    for grant, line in owned:
        if not _may(grant, principal, route):
            return ()
        for value in at(call.arguments, line.path):
            if value is None:
                continue
            if any(True for _ in objections(value, line, facts=facts)):
                return ()
            asked |= dict.fromkeys(_unknown(value, line, run.ledger))
    return tuple(asked) if len(asked) <= MAX_QUESTIONS else ()


def _unknown(value: Any, line: Line, ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Yield kind and id of what no record tells enough of."""
    for one in value if type(value) is list else [value]:
        name = name_of(one)
        if name is not None and not _told(ledger, one, line)[0]:
            yield line.argument.owned, name


def owned_objections(
    value: Any, line: Line, *, ledger: Ledger, principal: Principal, owns: Owns
) -> Iterator[Objection]:
    """Yield what is wrong with to whom that belongs which ``value`` names, item by item where it is a list."""
    kind, name = line.argument.owned, line.argument.name
    for one in value if type(value) is list else [value]:
        written = name_of(one)
        if written is None:
            yield Objection(Wrong.NOT_YOURS, f"argument `{name}`: it is no id of {kind}", f"`{name}` must be an id.")
            return
        is_told, owners = _told(ledger, one, line)
        is_theirs: bool | None = owners <= {principal.id}
        if is_theirs and not is_told:
            is_theirs = owns.get((kind, written))
        if is_theirs is not True:
            why = "it is not known to whom that belongs" if is_theirs is None else "that belongs to somebody else"
            yield Objection(
                Wrong.NOT_YOURS,
                f"argument `{name}`: {kind}: {why}",
                f"`{name}` must be {kind} of the person for whom it is done.",
            )
            return


def name_of(value: Any) -> str | None:
    """Return the id that ``value`` is, as `Ownership` is asked about it; None: it is none."""
    if type(value) is str and value:
        return value
    return str(value) if type(value) is int else None


def _told(ledger: Ledger, value: Any, line: Line) -> tuple[bool, frozenset[str]]:
    """Return whether records tell to whom a thing belongs as all grants have it, and whom they name."""
    owners = ledger.owners(value, kind=line.argument.owned)
    return bool(owners) and UNTOLD not in owners, owners - {UNTOLD}


def _may(grant: CompiledGrant, principal: Principal, route: str) -> bool:
    return (
        (not grant.roles or not grant.roles.isdisjoint(principal.roles))
        and grant.scopes.issubset(principal.scopes)
        and (not grant.routes or route in grant.routes)
    )
