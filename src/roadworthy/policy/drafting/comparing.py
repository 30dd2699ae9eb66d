"""What has changed in a policy since a pack was drafted from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT
from roadworthy.policy.drafting.statement import Modality, Statement

SAME_FROM = 0.5
"""Share of words from which a gone and a new statement are taken for one that was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A statement as a pack's ``SOURCES.md`` has it."""

    __pydantic_config__: ClassVar = STRICT

    line: int
    clause: str
    modality: str
    text: str
    """Cut where it was long."""

    became: str
    """The control's id, what covers it, or that nothing does."""

    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A statement that reads otherwise now."""

    __pydantic_config__: ClassVar = STRICT

    before: Mapped
    after: Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """The document now against the document that was drafted from."""

    __pydantic_config__: ClassVar = STRICT

    new: tuple[Statement, ...]
    changed: tuple[Changed, ...]
    gone: tuple[Mapped, ...]
    same: int
    """How many statements stand as they were."""

    @property
    def concerns_requirements(self) -> bool:
        """Whether anything that binds, or did, is new, changed or gone."""
        return any(
            [
                *(statement.modality.binds for statement in self.new),
                *(one.after.modality.binds or Modality(one.before.modality).binds for one in self.changed),
                *(Modality(one.modality).binds for one in self.gone if one.modality in set(Modality)),
            ]
        )


def since(before: Sequence[Mapped], now: Iterable[Statement]) -> Since:
    """Return what is new, changed and gone, by the statements' digests; a moved statement is the same one.

    Two statements of one digest are told apart by their number only.
    """
    left: dict[Digest, list[Mapped]] = {}
    for mapped in before:
        left.setdefault(mapped.digest, []).append(mapped)
    new: list[Statement] = []
    same = 0
    for statement in now:
        if left.get(statement.digest):
            left[statement.digest].pop(0)
            same += 1
        else:
            new.append(statement)
    gone = sorted((mapped for rest in left.values() for mapped in rest), key=lambda mapped: mapped.line)
    changed = _pairs(gone, new)
    old, after = {id(one.before) for one in changed}, {one.after.number for one in changed}
    return Since(
        new=tuple(statement for statement in new if statement.number not in after),
        changed=changed,
        gone=tuple(mapped for mapped in gone if id(mapped) not in old),
        same=same,
    )


def _pairs(gone: Sequence[Mapped], new: Sequence[Statement]) -> tuple[Changed, ...]:
    """Pair what is gone with what is new, most alike first; each stands in one pair at most."""
    words = {statement.number: _words(statement.text[:400]) for statement in new}
    alike = []
    for mapped in gone:
        own = _words(mapped.text)
        for statement in new:
            share = _share(own, words[statement.number])
            if mapped.clause and mapped.clause == statement.place.clause:
                share += 0.1
            if share >= SAME_FROM:
                alike.append(
                    (-share, abs(mapped.line - statement.place.line), mapped.line, statement.number, mapped, statement)
                )
    pairs: list[Changed] = []
    taken: set[int] = set()
    for *_, mapped, statement in sorted(alike, key=lambda one: one[:4]):
        if id(mapped) not in taken and -statement.number not in taken:
            taken |= {id(mapped), -statement.number}
            pairs.append(Changed(before=mapped, after=statement))
    return tuple(sorted(pairs, key=lambda pair: pair.after.number))


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0
