"""Answers the standing questions, and the auditor's question about one requirement, from the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import ClassVar

from roadworthy.core.errors import ConfigError, EvidenceError, NotFoundError
from roadworthy.core.evidence import Evidence
from roadworthy.core.records import Stored
from roadworthy.core.subject import STRICT
from roadworthy.evidence.graph.auditing import Decided, RequirementRow, requirement_rows
from roadworthy.evidence.graph.questions import QUESTIONS, Basis, Circumstance, Open, Question
from roadworthy.gates.model import GateDecision
from roadworthy.gates.oversight.in_force import DecisionStanding
from roadworthy.inventory.release import Release
from roadworthy.runtime.graph.nouns import graph_of
from roadworthy.runtime.graph.tracing import requirements_in
from roadworthy.runtime.oversight.relying import standings_now
from roadworthy.runtime.trust.bearing import exceptions_known
from roadworthy.runtime.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a standing question found."""

    __pydantic_config__: ClassVar = STRICT

    question: str
    asks: str
    is_duty: bool
    """Whether something that it found asks for work."""

    found: tuple[Open, ...]


def ask(workspace: Workspace, name: str | None) -> tuple[Answer, ...]:
    """Return the answer to one standing question, or to all of them.

    Args:
        workspace: Whose ledger.
        name: Name of a question; None: all.

    Raises:
        ConfigError: If no question is called so.
        EvidenceError: If nothing was decided yet: then nobody can tell.
    """
    wanted = [question for question in QUESTIONS if name in (None, question.name)]
    if not wanted:
        raise ConfigError(
            f"no standing question is called {(name or '')[:80]!r}",
            where="QUESTION",
            fix=f"ask one of {', '.join(question.name for question in QUESTIONS)}",
        )
    seen = _Decisions(workspace).circumstance()
    return tuple(_answer(question, seen) for question in wanted)


def requirement_tested(
    workspace: Workspace, requirement: str, *, start: datetime | None, end: datetime | None
) -> tuple[RequirementRow, ...]:
    """Return what was found of ``requirement`` for every release between two times, oldest release first.

    Args:
        workspace: Whose ledger.
        requirement: As links name it (``eu-ai-act Art. 15``) or by the framework's title; its parts belong to it:
            ``Art. 15`` is also ``Art. 15(1)``.
        start: First moment, included; None: from the beginning.
        end: Last moment, excluded; None: until now, included.

    Raises:
        ConfigError: If the window is empty.
        NotFoundError: If no policy that was in force knows the requirement.
    """
    if start is not None and end is not None and end <= start:
        raise ConfigError("the window is empty: it ends before it begins", where="--to", fix="give a later time")
    known = requirements_called(workspace, requirement)
    far = datetime.max.replace(tzinfo=workspace.clock.now().tzinfo)
    near = datetime.min.replace(tzinfo=far.tzinfo)
    decisions = _Decisions(workspace)
    return tuple(
        requirement_rows(
            [stored.record for stored in workspace.releases.all()],
            decisions.decided(start or near, end or far),
            requirements=known,
            start=start or near,
            end=end or far,
        )
    )


def requirements_called(workspace: Workspace, requirement: str) -> frozenset[str]:
    """Return the requirements of the graph that ``requirement`` names, with its parts.

    Raises:
        NotFoundError: If there is none.
    """
    found = frozenset(node.key for node in requirements_in(graph_of(workspace), requirement))
    if not found:
        raise NotFoundError(
            f"no policy that was in force knows a requirement {requirement[:120]!r}",
            fix="write it like `eu-ai-act Art. 15`; `rw controls list` shows what the controls serve",
        )
    return found


def _answer(question: Question, seen: Circumstance) -> Answer:
    return Answer(
        question=question.name,
        asks=question.asks,
        is_duty=question.is_duty,
        found=tuple(question.answer(seen)),
    )


class _Decisions:
    """The decisions of a ledger and how they stand, each worked out when it is needed."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @cached_property
    def _all(self) -> Sequence[Stored[GateDecision]]:
        return self._workspace.decisions.all()

    def circumstance(self) -> Circumstance:
        """Return what the standing questions are asked of.

        Raises:
            EvidenceError: If nothing was decided yet.
        """
        last = {stored.record.system: stored for stored in self._all}
        if not last:
            raise EvidenceError("nothing was decided yet, so nobody can tell", fix="run `rw gate`")
        let_through = {stored.record.system: stored for stored in self._all if stored.record.verdict.exit_code == 0}
        held = list({stored.digest: stored for stored in (*last.values(), *let_through.values())}.values())
        bases = {
            stored.digest: self._basis(stored, standing)
            for stored, standing in zip(held, self._standings(held), strict=True)
        }
        return Circumstance(
            now=self._workspace.clock.now(),
            production=tuple(bases[(let_through.get(system) or last[system]).digest] for system in sorted(last)),
            last=tuple(bases[last[system].digest] for system in sorted(last)),
            exceptions=exceptions_known(self._workspace),
        )

    def decided(self, start: datetime, end: datetime) -> list[Decided]:
        """Return the decisions within a window, oldest first, with how they stand now."""
        inside = [stored for stored in self._all if start <= stored.record.decided_at < end]
        return [
            Decided(decision=stored.record, digest=stored.digest, standing=standing)
            for stored, standing in zip(inside, self._standings(inside), strict=True)
        ]

    def _basis(self, stored: Stored[GateDecision], standing: DecisionStanding) -> Basis:
        inputs = self._workspace.inputs.get(stored.record.id).record
        return Basis(
            decision=stored.record,
            digest=stored.digest,
            standing=standing,
            release=self._release(stored.record),
            policy=self._workspace.policies.get(inputs.policy).record,
            inputs=inputs,
            evidence=self._evidence(ref.digest for ref in inputs.evidence),
        )

    def _standings(self, held: Sequence[Stored[GateDecision]]) -> tuple[DecisionStanding, ...]:
        return standings_now(self._workspace, [stored.record for stored in held], among=self._all)

    def _release(self, decision: GateDecision) -> Release:
        return self._workspace.releases.get(decision.release).record

    def _evidence(self, digests: Iterable[str]) -> tuple[Evidence, ...]:
        return tuple(self._workspace.evidence.record(digest) for digest in sorted(digests))
