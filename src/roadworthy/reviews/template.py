"""Templates of reviews: the questions that are asked whatever the case, as data, and what answers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from roadworthy.core.digest import JsonValue
from roadworthy.core.subject import STRICT
from roadworthy.reviews.model import Given, ReviewAnswer, ReviewQuestion, Unanswered, require_text

MAX_QUESTIONS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateQuestion:
    """A question of a template."""

    __pydantic_config__: ClassVar = STRICT

    id: str
    text: str
    help: str = ""
    """What a good answer says."""

    required: bool = True
    choices: tuple[str, ...] = ()
    """Words of which the answer must be one; empty: free text."""

    reads: str = ""
    """Field of the manifest that answers it, e.g. ``system.purpose``; empty: nothing there does."""

    def __post_init__(self) -> None:
        require_text(self.text, name="question")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTemplate:
    """The questions of one kind of review.

    Raises:
        ValueError: If it has no question or too many, or one twice.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/review-template/v1"]
    id: str
    title: str
    questions: tuple[TemplateQuestion, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.questions) <= MAX_QUESTIONS:
            raise ValueError(f"a template has 1 to {MAX_QUESTIONS} questions, got {len(self.questions)}")
        ids = [question.id for question in self.questions]
        repeated = sorted({one for one in ids if ids.count(one) > 1})
        if repeated:
            raise ValueError(f"question {repeated[0]!r} is there twice")


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeForm:
    """What a team filled in. A question that is left out or empty stays unanswered.

    Raises:
        ValueError: If the title is empty.
    """

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/intake/v1"]
    title: str
    template: str = "intake"
    """Id of a shipped template, or path of another, relative to the form."""

    tier_claimed: str | None = None
    answers: dict[str, str | None]
    """By the question's id."""

    evidence: dict[str, tuple[str, ...]] | None = None
    """Ids of evidence that bears out an answer, by the question's id."""

    def __post_init__(self) -> None:
        require_text(self.title, name="title")


def answered_by_form(
    template: ReviewTemplate, *, form: IntakeForm | None, manifest: Mapping[str, JsonValue]
) -> tuple[ReviewQuestion, ...]:
    """Return the template's questions with what the form says, and where it says nothing, the manifest.

    Args:
        template: The questions.
        form: What the team filled in; None: nothing.
        manifest: The manifest as plain JSON values.

    Raises:
        ValueError: If the form answers a question that the template does not have, or not with one of its words.
    """
    answers = {} if form is None else form.answers
    evidence = {} if form is None or form.evidence is None else form.evidence
    known = {question.id for question in template.questions}
    stray = sorted((set(answers) | set(evidence)) - known)
    if stray:
        raise ValueError(f"{stray[0][:80]!r} is no question of the template {template.id}")
    return tuple(
        ReviewQuestion(
            id=question.id,
            text=question.text,
            required=question.required,
            answer=_answer(
                question, said=answers.get(question.id), evidence=evidence.get(question.id, ()), manifest=manifest
            ),
        )
        for question in template.questions
    )


def _answer(
    question: TemplateQuestion, *, said: str | None, evidence: tuple[str, ...], manifest: Mapping[str, JsonValue]
) -> ReviewAnswer:
    if said is not None and said.strip():
        if question.choices and said not in question.choices:
            raise ValueError(f"{question.id}: answer one of {', '.join(question.choices)}, got {said[:60]!r}")
        return Given(text=said, source="form", evidence=evidence)
    if evidence:
        raise ValueError(f"{question.id} has evidence and no answer")
    read = in_words(field_of(manifest, question.reads)) if question.reads else ""
    return Given(text=read, source="manifest") if read else Unanswered()


def field_of(manifest: Mapping[str, JsonValue], path: str) -> JsonValue:
    """Return the field that ``path`` names; None where it is not there.

    >>> field_of({"system": {"markets": ["EU"]}}, "system.markets")
    ['EU']
    """
    found: JsonValue = dict(manifest)
    for step in path.split("."):
        if not isinstance(found, dict) or step not in found:
            return None
        found = found[step]
    return found


def in_words(value: JsonValue) -> str:
    """Return a field's value as an answer; empty where it says nothing, which *false* and 0 do not.

    >>> in_words(["internal", "personal"]), in_words(False), in_words([]), in_words(None)
    ('internal, personal', 'no', '', '')
    """
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(part for part in map(in_words, value) if part)
        case dict():
            return ", ".join(f"{key}: {in_words(item)}" for key, item in sorted(value.items()) if in_words(item))
        case _:
            return str(value).strip()
