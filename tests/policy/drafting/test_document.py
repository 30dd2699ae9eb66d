"""Nothing that a document says is lost on the way to sentences and statements, and each has its place."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.policy.drafting.document import plain, read_document
from roadworthy.policy.drafting.sentences import sentences
from roadworthy.policy.drafting.statements import read_statements

VOCABULARY = (
    "Owners teams must may not and keep a log review the model before release within 24 hours if unless data 95 % die "
    "müssen werden doit être; however, Nobody should delete it"
)
WORDS = st.sampled_from(VOCABULARY.split())
LINE = st.tuples(
    st.sampled_from(["", "# ", "## 2.1 ", "- ", "  - ", "1. ", "(a) ", "4.2 ", "> ", "| ", "§ 3 "]),
    st.lists(WORDS, min_size=1, max_size=14).map(" ".join),
    st.sampled_from(["", ".", ":", ";", "?", "\n"]),
).map("".join)
DOCUMENT = st.lists(LINE, min_size=1, max_size=30).map("\n".join)


def words(text):
    return re.findall(r"\w+", text)


@given(DOCUMENT)
@settings(max_examples=150)
def test_every_word_of_a_document_is_in_one_sentence_and_every_sentence_in_its_statements(text):
    read = read_document(text)
    shown = [word for sentence in read for word in words(sentence.text)]
    marks = re.compile(r"^(?:#+ (?:2\.1 )?|\s*- |1\. |\(a\) |4\.2 |> |§ 3 )")
    lines = [marks.sub("", line) for line in text.split("\n")]
    # Clause numbers and list marks are places, not words; a line of them alone is left as it is.
    assert len(shown) >= sum(len(words(line)) for line in lines) - len(lines)
    statements = read_statements(read)
    assert "".join(words("".join(s.source for s in statements))) == "".join(shown)
    assert [s.number for s in statements] == list(range(1, len(statements) + 1))


@given(st.text(max_size=400))
@settings(max_examples=150)
def test_any_text_reads_and_every_place_lies_in_it(text):
    read = read_document(text)
    assert all(1 <= s.place.line <= text.count("\n") + text.count("\r") + 1 and s.text.strip() for s in read)
    assert all(statement.text for statement in read_statements(read))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("See Art. 5. It binds.", ["See Art. 5.", "It binds."], id="abbreviation"),
        pytest.param("Ab dem 1. Januar gilt das. Es bindet.", ["Ab dem 1. Januar gilt das.", "Es bindet."], id="date"),
        pytest.param("Use tools, z. B. a model. Stop.", ["Use tools, z. B. a model.", "Stop."], id="z. B."),
        pytest.param("Rates of 99.5 % hold. Yes.", ["Rates of 99.5 % hold.", "Yes."], id="decimal point"),
        pytest.param("He said “No.” Then he left.", ["He said “No.”", "Then he left."], id="quotation"),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, expected):
    assert [sentence for _, sentence in sentences(text)] == expected


def test_each_kind_of_text_is_told_and_placed():
    text = (
        "---\ntitle: x\n---\n# 1 Data\n\nOwners\nmust log.\n\n<!-- hidden must -->\n| Id | Requirement |\n|---|---|\n"
        "| R-1 | It must stay. |\n\n```\ncode must\n```\nSetext\n------\n§ 4 Text <b>must</b> re-\nmain.\n"
    )
    found = [(s.kind, s.place.line, s.place.clause, s.text) for s in read_document(text)]

    assert ("metadata", 2, "", "title: x") in found
    assert ("heading", 4, "1", "Data") in found
    assert ("prose", 6, "1", "Owners must log.") in found
    assert ("comment", 9, "1", "hidden must") in found
    assert ("cell", 12, "R-1", "It must stay.") in found
    assert ("code", 15, "1", "code must") in found
    assert ("prose", 19, "§ 4", "Text must remain.") in found


def test_invisible_characters_and_tags_are_no_text():
    assert plain("a<script>x</script> [b](https://example.org) **c** &lt;d&gt;") == "a x b c <d>"
    [sentence] = read_document("St\u200baff m\u202eust\u0007 log.")
    assert sentence.text == "Staff must log."


@pytest.mark.parametrize(
    "text",
    [
        "*" * 20_000,
        "[" * 20_000,
        "<" * 20_000,
        "`" * 20_000,
        "> " * 10_000,
        "# " * 10_000,
        "- " * 10_000,
        "must and " * 3_000,
    ],
    ids=["stars", "brackets", "tags", "ticks", "quotes", "heads", "dashes", "one sentence"],
)
@pytest.mark.timeout(10)
def test_junk_is_read_in_linear_time(text):
    read = read_statements(read_document(text))
    assert sum(len(s.source) for s in read) <= len(text)


def test_a_rule_at_the_top_hides_nothing():
    assert [s.text for s in read_document("---\nStaff must log.\n") if s.kind == "prose"] == ["Staff must log."]


def test_what_stands_beside_a_comment_is_shown_and_only_the_comment_is_not():
    read = read_document("<!-- one --> Owners must <!-- two\nmust --> log it.\n\nTeams must <!-- three --> test.")

    assert [(s.kind, s.place.line, s.text) for s in read if s.kind == "comment"] == [
        ("comment", 1, "one two"),
        ("comment", 2, "must"),
        ("comment", 4, "three"),
    ]
    assert [s.text for s in read if s.kind == "prose"] == ["Owners must log it.", "Teams must test."]


def test_the_box_of_a_task_is_no_word():
    assert [s.text for s in read_document("- [ ] Keep a log.\n- [x] Test it.")] == ["Keep a log.", "Test it."]
