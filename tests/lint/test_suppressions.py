"""Findings are let be only with a reason and until a day; what is wrong with a suppression is told."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.lint_rule import bad_word
from roadworthy.adapters.lint.memory import repository_of
from roadworthy.lint.engine import Engine
from roadworthy.lint.model import FileKind, Suppression
from roadworthy.lint.suppressions import MAX_DAYS

TODAY = date(2026, 11, 21)
COMMENT = "# roadworthy: ignore[secret/word] until 2027-01-31: a term of the trade"


def look(text, *, path="a.py", suppressions=(), today=TODAY, **options):
    engine = Engine([bad_word("word")])
    return engine.check(repository_of({path: text}), today=today, suppressions=suppressions, **options)


def outside(path="a.py", *, rule="secret/word", until=date(2027, 1, 31)):
    place = ".roadworthy-lint.yaml:3"
    return Suppression(rule=rule, reason="a term of the trade", until=until, path=path, place=place)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"bad  {COMMENT}", id="its line"),
        pytest.param(f"{COMMENT}\nbad", id="the next line"),
        pytest.param(f"   {COMMENT}\nbad", id="the next line, indented"),
        pytest.param("bad  // roadworthy: ignore[secret/word] until 2027-01-31: a term of the trade", id="slashes"),
        pytest.param("bad <!-- roadworthy: ignore[secret/word] until 2027-01-31: a term of the trade -->", id="markup"),
    ],
)
def test_a_comment_lets_a_finding_be_and_it_stays_visible(text):
    report = look(text)

    assert report.findings == ()
    (found,) = report.suppressed
    assert (found.suppressed.reason, found.suppressed.until) == ("a term of the trade", date(2027, 1, 31))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"x = 1  {COMMENT}\nbad", id="a comment behind code is for its own line"),
        pytest.param(f"{COMMENT}\n\nbad", id="the line after the next"),
        pytest.param(f"bad\n{COMMENT}", id="the line before"),
    ],
)
def test_a_comment_reaches_no_further(text):
    assert "secret/word" in [one.rule for one in look(text).findings]


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        pytest.param("# roadworthy: ignore", "it names no rule", id="bare"),
        pytest.param("# roadworthy: ignore[secret/word]: because it is so", "it names no last day", id="no day"),
        pytest.param("# roadworthy: ignore[secret/word] until soon: it is so", "it names no last day", id="no date"),
        pytest.param("# roadworthy: ignore[secret/word] until 2027-01-31", "it gives no reason", id="no reason"),
        pytest.param("# roadworthy: ignore[secret/word] until 2027-01-31: ok", "no reason", id="hardly a reason"),
        pytest.param("# roadworthy: ignore[secret/good] until 2027-01-31: it is so", "no rule is called", id="unknown"),
        pytest.param("# roadworthy: ignore[secret/word] until 2028-01-31: it is so", "more than 365", id="too far"),
    ],
)
def test_a_comment_that_is_not_whole_does_not_work_and_is_told(comment, said):
    report = look(f"bad  {comment}")

    assert [one.rule for one in report.findings] == ["secret/word", "suppression/invalid"]
    assert said in report.findings[1].said
    assert report.suppressed == ()


def test_one_that_has_run_out_no_longer_works_and_is_told():
    report = look(f"bad  {COMMENT}", today=date(2027, 2, 1))

    assert [one.rule for one in report.findings] == ["secret/word", "suppression/expired"]


def test_one_works_on_its_last_day():
    assert look(f"bad  {COMMENT}", today=date(2027, 1, 31)).findings == ()


def test_one_that_nothing_needs_is_told():
    assert [one.rule for one in look(f"good  {COMMENT}").findings] == ["suppression/unused"]


def test_one_of_a_rule_that_was_not_asked_is_not_called_unused():
    comment = COMMENT.replace("secret/word", "secret/other")

    assert look(f"good  {comment}", known=["secret/other"]).findings == ()


def test_one_from_outside_is_for_every_file_that_its_path_covers():
    engine = Engine([bad_word("word")])
    repository = repository_of({"legacy/a.py": "bad", "legacy/b.py": "bad", "new/c.py": "bad"})
    report = engine.check(repository, today=TODAY, suppressions=[outside("legacy/**")])

    assert [one.path for one in report.findings] == ["new/c.py"]
    assert [one.path for one in report.suppressed] == ["legacy/a.py", "legacy/b.py"]


def test_one_from_outside_is_called_unused_only_where_its_files_were_looked_at():
    engine = Engine([bad_word("word")])
    repository = repository_of({"a.py": "good", "b.py": "good"})

    def rules(**options):
        report = engine.check(repository, today=TODAY, suppressions=[outside("a.py")], **options)
        return [one.rule for one in report.findings]

    assert rules() == ["suppression/unused"]
    assert rules(only={"b.py"}) == []


def test_what_is_wrong_with_a_suppression_cannot_be_suppressed():
    comment = "# roadworthy: ignore[suppression/invalid] until 2027-01-31: it is so"
    report = look(f"{comment}\nbad # roadworthy: ignore")

    assert [one.rule for one in report.findings] == ["secret/word", *["suppression/invalid"] * 2]


@given(days=st.integers(-1000, 1000))
def test_a_suppression_works_from_today_to_a_year_from_now_and_never_else(days):
    report = look("bad", suppressions=[outside(until=TODAY + timedelta(days=days))])

    assert bool(report.suppressed) is (0 <= days <= MAX_DAYS)


@given(text=st.text(alphabet="badignore[]: #\n-0123roadworthy/until", max_size=120))
def test_no_text_hides_a_finding_without_a_whole_suppression(text):
    report = look(f"bad\n{text}")

    assert "secret/word" in [one.rule for one in (*report.findings, *report.suppressed)]
    assert all(one.suppressed.until <= TODAY + timedelta(days=MAX_DAYS) for one in report.suppressed)


@pytest.mark.parametrize("path", ["knowledge/a.md", "data/a.jsonl"])
def test_what_is_brought_in_from_elsewhere_cannot_excuse_itself(path):
    rule = bad_word("word", kinds=(FileKind.KNOWLEDGE, FileKind.DATASET))
    repository = repository_of({path: f"bad {COMMENT}"})

    assert [one.rule for one in Engine([rule]).check(repository, today=TODAY).findings] == ["secret/word"]
    report = Engine([rule]).check(repository, today=TODAY, suppressions=[outside(path)])
    assert [one.rule for one in report.suppressed] == ["secret/word"]
