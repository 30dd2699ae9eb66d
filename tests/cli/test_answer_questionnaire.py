"""``rw answer``: any customer's CSV comes back with answers behind its own columns."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.small_system import write_system
from roadworthy.adapters.answers.library import read_library
from roadworthy.adapters.answers.questionnaire import inert, read_questionnaire
from roadworthy.cli.main import run
from roadworthy.core.errors import ConfigError

ASKED = (
    "Id;Section;Question\r\nA-1;Basics;What is the intended purpose?\r\n;;\r\nB;heading;\r\n"
    'A-2;Money;"Do you carry\ncyber insurance?"\r\n'
)
LIBRARY = """\
schema: roadworthy/answer-library/v1
answers:
  - id: insurance
    question: Do you carry cyber insurance?
    answer: Yes, with somebody.
    attested_by: ada
    attested_on: 2020-01-01
    valid_until: 2999-01-01
"""
GOVERNANCE = """\
schema: roadworthy/governance/v1
organisation: Lamp Shop
people:
  - {id: bea, roles: [developer]}
"""


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    root = write_system(tmp_path_factory.mktemp("asked") / "desk")
    assert [run([*words, "-C", str(root)]) for words in (["assess"], ["eval", "run"], ["gate"])] == [0, 0, 0]
    return root


@pytest.fixture
def asked(tmp_path):
    path = tmp_path / "asked.csv"
    path.write_text(ASKED, encoding="utf-8-sig", newline="")
    return path


def rows_of(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), delimiter=";"))


def test_the_customers_file_comes_back_with_answers_behind_it(shipped, asked, tmp_path):
    out = tmp_path / "answered.csv"

    assert run(["answer", str(asked), "-C", str(shipped), "-o", str(out)]) == 0
    first, heading, last = rows_of(out)
    assert [first["Id"], first["Section"], first["Question"]] == ["A-1", "Basics", "What is the intended purpose?"]
    assert (first["rw_confidence"], heading["rw_confidence"]) == ("stated by the team", "")
    assert "Answers two kinds of question" in first["rw_answer"]
    assert last["Question"] == "Do you carry\ncyber insurance?"
    assert last["rw_answer"].startswith("We cannot answer this from evidence, because")
    assert first["rw_decision"].startswith("decision_")


def test_answers_of_the_library_beside_the_manifest_are_given(shipped, asked, tmp_path):
    library = tmp_path / "answers.yaml"
    library.write_text(LIBRARY)
    out = tmp_path / "answered.json"
    words = ["answer", str(asked), "--library", str(library), "--format", "json", "-C", str(shipped), "-o", str(out)]

    assert run(words) == 0
    last = json.loads(out.read_text())["answers"][-1]
    assert (last["attested_by"], last["confidence"]) == ("ada", "stated by the team")


@pytest.mark.parametrize("form", ["html", "markdown", "pdf"])
def test_answers_can_be_read_as_a_document(shipped, asked, tmp_path, form):
    if form == "pdf":
        pytest.importorskip("typst")
    out = tmp_path / f"answers.{form}"

    assert run(["answer", str(asked), "--format", form, "-C", str(shipped), "-o", str(out)]) == 0
    assert out.stat().st_size > 1000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_encoding_and_delimiter_is_read(tmp_path, encoding, delimiter):
    path = tmp_path / "q.csv"
    lines = [["Nr", "Frage", "Note"], ["1", "Wer trägt die Haftung, und wofür?", "a"], ["2", "Und jetzt?", "b"]]
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(lines)
    path.write_bytes(stream.getvalue().encode(encoding))
    found = read_questionnaire(path).questions

    assert [(q.id, q.text) for q in found] == [(line[0], line[1]) for line in lines[1:]]


def test_a_header_below_a_title_is_found(tmp_path):
    path = tmp_path / "q.csv"
    path.write_text("Supplier questionnaire,,\nVersion 3,,\nRef,Domain,Question Text\nX-1,AI,Who are you?\n")
    found = read_questionnaire(path)

    assert len(found.preamble) == 2
    assert [(q.id, q.text) for q in found.questions] == [("X-1", "Who are you?")]


def test_the_column_of_questions_is_found_by_what_is_in_it(tmp_path):
    path = tmp_path / "q.csv"
    path.write_text("a,b\nx,Who are you?\ny,Why?\n")

    assert [q.text for q in read_questionnaire(path).questions] == ["Who are you?", "Why?"]


def test_a_named_column_is_taken(tmp_path):
    path = tmp_path / "q.csv"
    path.write_text("Question,Our words\nold?,new?\n")

    assert [q.text for q in read_questionnaire(path, column="our words").questions] == ["new?"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"\n\n", "is empty", id="blank lines"),
        pytest.param(b"Question\n\n", "no question", id="header alone"),
        pytest.param(b"a,b\n1,2\n3,4\n", "no column is named like questions", id="no questions"),
        pytest.param(b"Question\n\x00\x01", "is no text", id="binary"),
        pytest.param(b"Question\n" + b"x" * 20_001, "more than 20,000 characters", id="a huge question"),
        pytest.param(b"Question\n" + b"why?\n" * 5_100, "5000 rows", id="too many"),
        pytest.param(b"Question" + b",x" * 300 + b"\nwhy?\n", "200 columns", id="too wide"),
    ],
)
def test_what_is_no_questionnaire_is_refused(tmp_path, content, problem):
    path = tmp_path / "q.csv"
    path.write_bytes(content)

    with pytest.raises(ConfigError, match=problem):
        read_questionnaire(path)


def test_an_unknown_column_is_refused_with_those_that_there_are(tmp_path):
    path = tmp_path / "q.csv"
    path.write_text("Question,Note\nwhy?,x\n")

    with pytest.raises(ConfigError, match=r"no column is called 'Other'"):
        read_questionnaire(path, column="Other")


@given(st.text(max_size=40))
def test_no_cell_begins_a_formula(cell):
    assert (
        not inert(cell)
        .lstrip(" ")
        .startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"))
    )


def test_formulas_of_the_customer_come_back_inert(shipped, tmp_path):
    path, out = tmp_path / "q.csv", tmp_path / "a.csv"
    path.write_text('Id,Question\n"=cmd|\' /C calc\'!A0","@SUM(1)?"\n')

    assert run(["answer", str(path), "-C", str(shipped), "-o", str(out)]) == 0
    (row,) = list(csv.reader(io.StringIO(out.read_text(encoding="utf-8-sig"))))[1:]
    assert all(not cell.startswith(("=", "@", "+", "-")) for cell in row)


def test_who_stands_behind_an_answer_and_is_unknown_is_named(shipped, asked, tmp_path, capsys):
    library, governance = tmp_path / "kept.yaml", shipped / "governance.yaml"
    library.write_text(LIBRARY, encoding="utf-8")
    governance.write_text(GOVERNANCE, encoding="utf-8")
    try:
        words = ["answer", str(asked), "--library", str(library), "-C", str(shipped), "-o", str(tmp_path / "out.csv")]
        assert run([*words, "--allow-lapsed"]) == 0
    finally:
        governance.unlink()

    assert "the governance file knows no person called 'ada'" in capsys.readouterr().err


def test_a_file_that_was_answered_before_is_answered_anew_in_the_same_columns(shipped, asked, tmp_path):
    once, twice = tmp_path / "once.csv", tmp_path / "twice.csv"
    assert run(["answer", str(asked), "-C", str(shipped), "--output", str(once)]) == 0
    assert run(["answer", str(once), "-C", str(shipped), "--output", str(twice)]) == 0

    headers = [path.read_text(encoding="utf-8-sig").splitlines()[0] for path in (once, twice)]
    assert headers[0] == headers[1]


@pytest.mark.parametrize("unseen", ["\u00a0", "\u200b", "\ufeff", "  \u2060"])
def test_a_formula_behind_what_cannot_be_seen_is_inert(unseen):
    assert inert(f"{unseen}=1+1").startswith("'")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (
            "{id: a, question: q, answer: w, attested_by: ada, attested_on: 2026-01-02, valid_until: 2026-01-01}",
            "before",
        ),
        (
            "{id: a, question: q, answer: '', attested_by: ada, attested_on: 2026-01-01, valid_until: 2026-01-02}",
            "empty",
        ),
        ("{id: a, question: q, answer: w, attested_by: ada, attested_on: 2026-01-01}", "valid_until"),
        (
            "{id: a, question: q, answer: w, attested_by: ada, attested_on: soon, valid_until: 2026-01-02}",
            "attested_on",
        ),
    ],
)
def test_a_library_without_an_end_or_a_person_is_refused(tmp_path, line, problem):
    path = tmp_path / "answers.yaml"
    path.write_text(f"schema: roadworthy/answer-library/v1\nanswers:\n  - {line}\n")

    with pytest.raises(ConfigError, match=problem):
        read_library(path)
