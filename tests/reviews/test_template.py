"""Templates: what the form says, else the manifest, else nobody; and the pages and the shipped questions hold."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from fakes.review_people import review
from roadworthy.cli.app import command
from roadworthy.core.errors import ConfigError
from roadworthy.core.subject import Subject
from roadworthy.findings.moves import MOVES as FINDING_MOVES
from roadworthy.inventory.model import System
from roadworthy.reviews.model import Given, ReviewQuestion, Unanswered
from roadworthy.reviews.moves import MOVES
from roadworthy.reviews.queue import differences
from roadworthy.reviews.template import (
    IntakeForm,
    ReviewTemplate,
    TemplateQuestion,
    answered_by_form,
    field_of,
    in_words,
)
from roadworthy.runtime.reviews.templates import INTAKE, form_text, read_template

DOCS = Path(__file__).parents[2] / "docs"
TEMPLATE = ReviewTemplate(
    schema="roadworthy/review-template/v1",
    id="t",
    title="T",
    questions=(
        TemplateQuestion(id="purpose", text="What for?", reads="system.purpose"),
        TemplateQuestion(id="minors", text="Children?", choices=("yes", "no")),
    ),
)


def form(**answers):
    return IntakeForm(schema="roadworthy/intake/v1", title="Desk", answers=answers)


def answers(manifest, **said):
    return [q.answer for q in answered_by_form(TEMPLATE, form=form(**said), manifest=manifest)]


def test_the_form_comes_before_the_manifest_and_nothing_is_made_up():
    manifest = {"system": {"purpose": "Lamps."}}

    assert answers(manifest, purpose="Shades.") == [Given(text="Shades.", source="form"), Unanswered()]
    assert answers(manifest, purpose="  ") == [Given(text="Lamps.", source="manifest"), Unanswered()]
    assert answers({}, purpose=None) == [Unanswered(), Unanswered()]


@pytest.mark.parametrize(
    ("said", "why"),
    [({"mood": "good"}, "'mood' is no question of the template t"), ({"minors": "some"}, "answer one of yes, no")],
)
def test_an_answer_to_nothing_or_in_other_words_is_refused(said, why):
    with pytest.raises(ValueError, match=why):
        answers({}, **said)


def test_evidence_without_an_answer_is_refused():
    given = IntakeForm(schema="roadworthy/intake/v1", title="Desk", answers={}, evidence={"minors": ("ev_1",)})
    with pytest.raises(ValueError, match="minors has evidence and no answer"):
        answered_by_form(TEMPLATE, form=given, manifest={})


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (False, "no"),
        (0, "0"),
        ("  ", ""),
        ([None, ""], ""),
        ({"b": 1, "a": [True]}, "a: yes, b: 1"),
        ({"a": None}, ""),
    ],
)
def test_no_and_0_are_answers_and_nothing_is_none(value, words):
    assert in_words(value) == words


def test_a_question_is_not_there_twice():
    with pytest.raises(ValueError, match="question 'a' is there twice"):
        review(questions=(ReviewQuestion(id="a", text="x"), ReviewQuestion(id="a", text="y")))


def test_the_shipped_questions_read_fields_that_a_manifest_has():
    template = read_template(INTAKE, beside=Path())
    known = {field.name for field in fields(System)}

    assert 15 <= len(template.questions) <= 30
    for question in template.questions:
        assert not question.reads or question.reads.removeprefix("system.") in known
    assert form_text(template).count("\n  # ") >= len(template.questions)


def test_a_template_of_elsewhere_is_not_read(tmp_path):
    with pytest.raises(ConfigError, match="lies outside of the folder"):
        read_template("../t.yaml", beside=tmp_path)


def test_the_template_on_the_page_reads(tmp_path):
    (block,) = re.findall(r"```yaml\n(.*?)```", (DOCS / "reference" / "review-format.md").read_text(), re.S)
    (tmp_path / "swap.yaml").write_text(block)

    template = read_template("swap.yaml", beside=tmp_path)

    assert [question.id for question in template.questions] == ["why", "markets", "same-terms"]


def test_the_page_names_every_step():
    page = (DOCS / "reference" / "review-format.md").read_text()

    for step in (*MOVES, *FINDING_MOVES):
        assert f"`{step}`" in page


@pytest.mark.parametrize("page", ["review-a-system", "track-findings"])
def test_every_command_on_the_pages_exists_with_its_options(page):
    text = (DOCS / "how-to" / f"{page}.md").read_text().replace("\\\n", " ")
    commands = re.findall(r"^rw (review|finding) (\S+)(.*)$", text, re.M)
    groups = command().commands

    assert len(commands) > 8
    for group, name, rest in commands:
        known = {option for parameter in groups[group].commands[name].params for option in parameter.opts}
        assert set(re.findall(r" (--[a-z-]+)", rest)) <= known


def test_what_is_reviewed_again_is_compared_by_kind_and_name():
    def subject(name, digit):
        return Subject(kind="component", name=name, digest="sha256:" + digit * 64)

    found = differences([subject("a", "1"), subject("b", "2")], [subject("b", "3"), subject("c", "4")])

    assert [(one.name, one.change) for one in found] == [
        ("component a", "added"),
        ("component b", "changed"),
        ("component c", "removed"),
    ]


def test_a_field_that_is_not_there_is_nothing():
    assert field_of({"system": {"owner": None}}, "system.owner.name") is None
