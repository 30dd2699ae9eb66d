"""Whether a pack may be handed on: it has no problem, and its own cases prove what it asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from roadworthy.adapters.catalogues import load_threats
from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.packs import PackFolders, shipped_packs
from roadworthy.core.errors import PackError
from roadworthy.evidence.bundle import Tried
from roadworthy.gates.trying.cases import said
from roadworthy.policy.check import problems
from roadworthy.policy.model import Pack
from roadworthy.policy.pack_version import name_fault, version_key
from roadworthy.runtime.policy.testing import PackTest, pack_test, packs_under

MAX_SAID = 20
"""Problems that one error lists."""


def require_sound(pack: Pack, *, beside: Sequence[Pack], where: str, doing: str) -> None:
    """Refuse a pack that loads and still has problems.

    Args:
        pack: The pack.
        beside: Packs whose rules it tightens, the shipped ones aside.
        where: What to call it in an error.
        doing: What it is refused for, e.g. ``bundled``.

    Raises:
        PackError: With every problem.
    """
    threats = {threat.id for threat in load_threats().threats}
    mine = (f"pack {pack.name}:", f"{pack.name}/")
    found = [
        line
        for line in problems([pack, *_others(pack, beside)], CelConditions(), threats=threats)
        if line.startswith(mine)
    ]
    fault = name_fault(pack.name)
    found += [f"pack name {pack.name!r} {fault}"] if fault else []
    try:
        version_key(pack.version)
    except ValueError as error:
        found.append(str(error))
    refuse(found, pack=pack, where=where, doing=doing)


def refuse(found: Sequence[str], *, pack: Pack, where: str, doing: str, fix: str = "") -> None:
    """Raise what stands against a pack, if anything does.

    Raises:
        PackError: With the first reason, and each further one as a detail.
    """
    if not found:
        return
    more = (f"and {len(found) - MAX_SAID} more",) if len(found) > MAX_SAID else ()
    raise PackError(
        f"pack {pack.name} {pack.version} cannot be {doing}: {found[0]}",
        where=where,
        fix=fix or "mend it; `rw policy check` and `rw policy test` show every problem",
        details=(*found[1:MAX_SAID], *more),
    )


def try_pack(folder: Path, pack: Pack, *, beside: Sequence[Pack], where: str, doing: str, with_mutants: bool) -> Tried:
    """Test a pack with its own cases; return how that went.

    Args:
        folder: Where its files lie.
        pack: The pack that they say.
        beside: Packs whose rules it tightens, the shipped ones aside.
        where: What to call it in an error.
        doing: What it is refused for.
        with_mutants: Whether its cases must notice that it was loosened.

    Raises:
        PackError: If a case fails, something is not covered, or a loosened rule goes
            unnoticed without a reason that the pack states.
    """
    source = PackFolders(folder.parent)
    under = packs_under(pack, [other for other in beside if other.name != pack.name], source=source)
    trial = source.trial(f"./{folder.name}")
    test = pack_test(pack, trial, under=under, with_mutants=with_mutants, progress=None)
    refuse(tuple(_faults(test)), pack=pack, where=where, doing=doing)
    report = test.mutation
    return Tried(
        rules=len(test.rules),
        cases=test.cases,
        mutants=report.mutants if report else 0,
        noticed=report.noticed if report else 0,
        survivors=len(report.survivors) if report else 0,
    )


def _faults(test: PackTest) -> Iterator[str]:
    yield from (f"{failed.note}: {said(failed)}" for failed in test.failed)
    yield from test.unmet
    yield from test.uncovered
    if test.mutation is not None:
        yield from (
            f"{one.rule}: no case notices {one.operator} ({one.change}), and the pack says not why"
            for one in test.mutation.unexplained
        )
        yield from test.mutation.idle_reasons


def _others(pack: Pack, beside: Sequence[Pack]) -> tuple[Pack, ...]:
    """Return the packs whose rules ``pack`` tightens: those named, and else the shipped ones."""
    wanted = {change.rule.partition("/")[0] for change in pack.tighten} - {pack.name}
    named = {other.name: other for other in beside if other.name in wanted}
    shipped = [PackFolders(Path()).load(name) for name in sorted(wanted - set(named)) if name in shipped_packs()]
    return (*named.values(), *shipped)
