"""Answers to the legal questions: what was stated, and what a wider question's *no* answers with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from roadworthy.core.digest import JsonValue, canonical_json
from roadworthy.risk.facts import Facts, legal_answers, prepared, stated
from roadworthy.risk.law import LEGAL_PREFIX, LegalRegimes
from roadworthy.risk.model import FactUsed, OpenQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The facts as conditions read them, and where each legal answer came from."""

    facts: Mapping[str, JsonValue]
    stated: Mapping[str, bool]
    """Answers that the manifest gives."""

    inferred: Mapping[str, str]
    """Questions that count as *no*, each with the wider question that says so."""

    regimes: LegalRegimes

    def parents(self, fact: str) -> tuple[str, ...]:
        """Return the wider questions of the legal fact ``fact``, nearest first; none for other facts."""
        return self.regimes.ancestors(fact.removeprefix(LEGAL_PREFIX)) if fact.startswith(LEGAL_PREFIX) else ()

    def used(self, names: Iterable[str]) -> tuple[FactUsed, ...]:
        """Return the stated facts among ``names`` with their values."""
        found = []
        for name in names:
            value = stated(self.facts, name)
            if value is None:
                continue
            text = f"{len(value)} listed" if name == "components" and isinstance(value, list) else _text(value)
            found.append(FactUsed(fact=name, value=text, inferred_from=self._origin(name)))
        return tuple(found)

    def question(self, fact: str) -> str:
        """Return the widest unanswered question that would settle ``fact``, as a fact.

        Asking that first spares the reader the narrower ones.
        """
        for parent in reversed(self.parents(fact)):
            if parent not in self.stated:
                return f"{LEGAL_PREFIX}{parent}"
        return fact

    def contradictions(self) -> tuple[str, ...]:
        """Return one sentence for each answer *yes* whose wider question is answered *no*."""
        return tuple(
            f"`{identifier}` is answered yes although `{parent}` is answered no; the yes was used"
            for identifier, answer in sorted(self.stated.items())
            if answer and self._known(identifier)
            for parent in self.regimes.ancestors(identifier)
            if self.stated.get(parent) is False
        )

    def strangers(self) -> tuple[str, ...]:
        """Return the stated answers to questions that no table asks, sorted."""
        return tuple(sorted(identifier for identifier in self.stated if not self._known(identifier)))

    def open_questions(self, waiting: Mapping[str, Iterable[str]]) -> tuple[OpenQuestion, ...]:
        """Return what to ask, the question that decides most first.

        Args:
            waiting: By fact that is not stated, what waits for it.
        """
        decided: dict[str, set[str]] = {}
        for fact, waiters in waiting.items():
            decided.setdefault(self.question(fact), set()).update(waiters)
        ordered = sorted(decided.items(), key=lambda item: (-len(item[1]), item[0]))
        return tuple(
            OpenQuestion(fact=fact, text=self._wording(fact), decides=tuple(sorted(waiters)))
            for fact, waiters in ordered
        )

    def _wording(self, fact: str) -> str:
        if fact.startswith(LEGAL_PREFIX):
            return self.regimes.text_of(fact.removeprefix(LEGAL_PREFIX))
        return f"State `{fact}` in the manifest."

    def _origin(self, name: str) -> str | None:
        return self.inferred.get(name.removeprefix(LEGAL_PREFIX)) if name.startswith(LEGAL_PREFIX) else None

    def _known(self, identifier: str) -> bool:
        return any(question.id == identifier for question in self.regimes.questions)


def answered(facts: Facts, regimes: LegalRegimes) -> Answers:
    """Return ``facts`` with every question answered that a wider *no* answers.

    An explicit answer always wins over an inferred one.

    Raises:
        ValueError: If a legal answer is neither true nor false.
    """
    given = legal_answers(facts)
    inferred: dict[str, str] = {}
    for question in regimes.questions:
        if question.id in given:
            continue
        for parent in regimes.ancestors(question.id):
            if parent in given:
                if not given[parent]:
                    inferred[question.id] = parent
                break
    complete = {**given, **dict.fromkeys(inferred, False)}
    return Answers(facts=prepared(facts, complete), stated=given, inferred=inferred, regimes=regimes)


def _text(value: JsonValue) -> str:
    return canonical_json(value).decode("utf-8")
