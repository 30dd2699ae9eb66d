"""The at most three questions of a first manifest, and how their answers are read."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.errors import ConfigError
from roadworthy.core.subject import STRICT
from roadworthy.inventory.findings import Findings
from roadworthy.inventory.model import DataClass, DecisionEffect, Oversight

_MARKET = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a person said. None and empty are not answered."""

    __pydantic_config__: ClassVar = STRICT

    purpose: str | None = None
    decision_effect: DecisionEffect | None = None
    human_oversight: Oversight | None = None
    markets: tuple[str, ...] = ()
    data_classes: tuple[DataClass, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing that looking at a repository cannot tell."""

    __pydantic_config__: ClassVar = STRICT

    id: Literal["purpose", "effect", "reach"]
    text: str
    choices: tuple[str, ...] = ()
    """Words that may be answered; empty for free text."""

    suggestion: str = ""
    """Answer that the repository suggests; used when the person just confirms."""


def questions(findings: Findings) -> tuple[Question, ...]:
    """Return what has to be asked: purpose, effect on people, and reach. Never more than three."""
    effects, oversights, classes = tuple(DecisionEffect), tuple(Oversight), tuple(DataClass)
    return (
        Question(
            id="purpose",
            text="What is the system for, and for whom? One sentence.",
            suggestion=findings.project.description or "",
        ),
        Question(
            id="effect",
            text=(
                f"What does its output do to people: {_or(effects)}; and where does a human stand, "
                f"{_or(oversights)} the loop? For example: recommends, in"
            ),
            choices=(*effects, *oversights),
        ),
        Question(
            id="reach",
            text=(
                "Which markets (EU, US, CH ...) is it offered in, and which data does it read or keep "
                f"({', '.join(classes)})? For example: EU, personal, financial"
            ),
            choices=classes,
        ),
    )


def answered(answers: Answers, question: Question, text: str) -> Answers:
    """Return ``answers`` with what ``text`` says about ``question``; an empty text answers nothing.

    Raises:
        ConfigError: If a word is none of the choices. Nothing is guessed.

    >>> question = Question(id="reach", text="?")
    >>> answered(Answers(), question, "EU, personal").data_classes
    (<DataClass.PERSONAL: 'personal'>,)
    """
    text = " ".join(text.split())
    if not text:
        return answers
    if question.id == "purpose":
        return replace(answers, purpose=text)
    words = [word for word in re.split(r"[,;\s]+", text) if word]
    return _effect(answers, words) if question.id == "effect" else _reach(answers, words)


def _effect(answers: Answers, words: list[str]) -> Answers:
    for word in words:
        if word.lower() in tuple(DecisionEffect):
            answers = replace(answers, decision_effect=DecisionEffect(word.lower()))
        elif word.lower() in tuple(Oversight):
            answers = replace(answers, human_oversight=Oversight(word.lower()))
        else:
            raise _unknown(word, (*DecisionEffect, *Oversight))
    return answers


def _reach(answers: Answers, words: list[str]) -> Answers:
    markets, classes = set(answers.markets), set(answers.data_classes or ())
    for word in words:
        if word.lower() in tuple(DataClass):
            classes.add(DataClass(word.lower()))
        elif _MARKET.fullmatch(word.upper()):
            markets.add(word.upper())
        else:
            raise _unknown(word, ("a market such as EU or US", *DataClass))
    ordered = tuple(kind for kind in DataClass if kind in classes)
    return replace(answers, markets=tuple(sorted(markets)), data_classes=ordered or None)


def _unknown(word: str, choices: tuple[str, ...]) -> ConfigError:
    return ConfigError(f"{word[:60]!r} is no answer", where="the question", fix=f"answer with {', '.join(choices)}")


def _or(words: tuple[StrEnum, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
