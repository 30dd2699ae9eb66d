"""The engine asks each rule of the files that it is for, and tells what it could not read."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.lint_rule import bad_word as rule
from roadworthy.adapters.lint.memory import FilesRepository, repository_of
from roadworthy.adapters.lint.source import HeldBytes
from roadworthy.core.severity import Severity
from roadworthy.lint.engine import Engine, check
from roadworthy.lint.model import Absent, FileKind, Hit, Named, Pattern
from roadworthy.lint.ports import Detector

TODAY = date(2026, 11, 21)


def look(files, *rules, **options):
    return Engine(rules or (rule(),)).check(repository_of(files), today=TODAY, **options)


def test_a_pattern_is_found_at_its_line_and_column():
    (found,) = look({"app/a.py": "x = 1\ny = bad\n"}).findings

    assert (found.path, found.line, found.column, found.said) == ("app/a.py", 2, 5, "Something bad is here")


def test_a_rule_is_not_asked_of_files_of_other_kinds():
    assert look({"app/a.js": "bad", "README.rst": "bad"}).findings == ()


def test_a_line_that_is_excused_is_passed_over():
    excused = rule(detect=Pattern(patterns=("bad",), unless=("on purpose",)))

    assert [one.line for one in look({"a.py": "bad on purpose\nbad"}, excused).findings] == [2]


def test_a_pattern_never_reaches_over_the_end_of_a_line():
    assert look({"a.py": "bad\nthing"}, rule(detect=Pattern(patterns=(r"bad\sthing",)))).findings == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("agent\n", [1], id="asked and not said"),
        pytest.param("\nagent\nlimit: 3\n", [], id="said"),
        pytest.param("nothing\n", [], id="not asked"),
        pytest.param("x\n  agent", [2], id="told where it is asked"),
    ],
)
def test_what_is_absent_is_found_where_the_rule_asks_for_it(text, found):
    absent = rule(detect=Absent(patterns=("limit",), when=("agent",)))

    assert [one.line for one in look({"a.py": text}, absent).findings] == found


def test_what_is_absent_from_an_empty_file_is_not_missed():
    assert look({"a.py": " \n"}, rule(detect=Absent(patterns=("limit",)))).findings == ()


def test_a_detector_is_called_only_for_files_that_its_condition_matches():
    called = []

    def of_file(file, parameters):
        called.append((file.path, parameters["most"]))
        yield Hit(line=3, column=2, said="three of them.", subject="three")

    asked = rule(detect=Named(name="x.y", parameters={"most": 2}, when=("bad",)))
    engine = Engine([asked], detectors={"x.y": Detector(of_file=of_file)})
    report = engine.check(repository_of({"a.py": "bad", "b.py": "good"}), today=TODAY)

    assert called == [("a.py", 2)]
    assert [(one.line, one.said) for one in report.findings] == [(3, "three of them")]


def test_a_detector_of_the_repository_names_the_files_and_unwanted_ones_are_left_out():
    def of_repository(repository, parameters):
        return [Hit(path=path) for path in repository.files]

    engine = Engine([rule(detect=Named(name="x.y"))], detectors={"x.y": Detector(of_repository=of_repository)})
    repository = repository_of({"a.py": "", "b.py": ""})

    assert [one.path for one in engine.check(repository, today=TODAY).findings] == ["a.py", "b.py"]
    assert [one.path for one in engine.check(repository, today=TODAY, only={"b.py"}).findings] == ["b.py"]


def test_findings_are_told_heaviest_first_then_by_place():
    rules = (rule("light", severity=Severity.INFO), rule("heavy"))
    report = look({"b.py": "bad", "a.py": "bad"}, *rules)

    assert [(one.rule, one.path) for one in report.findings] == [
        ("secret/heavy", "a.py"),
        ("secret/heavy", "b.py"),
        ("secret/light", "a.py"),
        ("secret/light", "b.py"),
    ]


def test_a_fingerprint_stays_when_lines_move_and_differs_between_equal_findings():
    before = [one.fingerprint for one in look({"a.py": "bad\nbad"}).findings]
    after = [one.fingerprint for one in look({"a.py": "\n\nbad\nx\nbad"}).findings]

    assert before == after
    assert len(set(before)) == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"bad\0", "is not text", id="NUL"),
        pytest.param(b"x" * (1 << 20) + b"bad", "is larger than 1024 KiB", id="too large"),
        pytest.param(b"bad \xff", "is not UTF-8 at byte 4", id="invalid"),
    ],
)
def test_what_cannot_be_read_is_told_and_not_taken_for_clean(content, reason):
    report = check(FilesRepository({"a.py": HeldBytes(content)}), [rule()], today=TODAY)

    assert report.unread == (f"a.py: {reason}",)


def test_what_can_be_read_of_a_broken_file_is_looked_at():
    report = check(FilesRepository({"a.py": HeldBytes(b"\xff\nbad")}), [rule()], today=TODAY)

    assert [one.line for one in report.findings] == [2]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_text_with_a_byte_order_mark_is_read(encoding):
    report = check(FilesRepository({"a.py": HeldBytes("x\r\nbad\r\n".encode(encoding))}), [rule()], today=TODAY)

    assert ([one.line for one in report.findings], report.unread) == ([2], ())


def test_nothing_is_unread_that_no_rule_asked_for():
    assert check(FilesRepository({"a.png": HeldBytes(b"\0\0")}), [rule()], today=TODAY).unread == ()


def test_python_that_does_not_parse_is_unread_where_a_rule_needed_its_syntax():
    engine = Engine(
        [rule(detect=Named(name="x.y", when=("bad",)))],
        detectors={"x.y": Detector(of_file=lambda file, parameters: ())},
    )
    report = engine.check(repository_of({"a.py": "bad = (", "b.py": "good = ("}), today=TODAY)

    assert report.unread == ("a.py: is no Python that parses, or too long",)


@pytest.mark.parametrize(
    ("detect", "said"),
    [
        pytest.param(Named(name="no.such"), "no detector is called 'no.such'", id="unknown"),
        pytest.param(Pattern(patterns=("(",)), "not an RE2 pattern", id="broken"),
        pytest.param(Pattern(patterns=(r"(?=x)",)), "not an RE2 pattern", id="look-ahead"),
        pytest.param(Pattern(patterns=()), "`patterns` is empty", id="none"),
        pytest.param(Pattern(patterns=("x",), subject="name"), "names the group 'name'", id="no such group"),
        pytest.param(Pattern(patterns=("x" * 3000,)), "longer than 2000", id="too long"),
    ],
)
def test_a_rule_that_cannot_be_asked_is_refused(detect, said):
    with pytest.raises(ValueError, match=f"lint rule secret/bad: .*{said}"):
        Engine([rule(detect=detect)])


def test_two_rules_of_one_id_are_refused():
    with pytest.raises(ValueError, match="two lint rules are called 'secret/bad'"):
        Engine([rule(), rule()])


def test_what_is_said_is_short_printable_and_on_one_line():
    def of_file(file, parameters):
        yield Hit(said="a\u202eb\n" + "x" * 1000)

    engine = Engine([rule(detect=Named(name="x.y"))], detectors={"x.y": Detector(of_file=of_file)})
    (found,) = engine.check(repository_of({"a.py": "x"}), today=TODAY).findings

    assert found.said.startswith("a\\u{202e}b x")
    assert len(found.said) <= 300


WORDS = st.lists(st.sampled_from(["bad", "good", "\n", " ", "Bad", "ſ", "İ", "é", "bad\r"]), max_size=30).map("".join)


@given(text=WORDS)
def test_a_rule_that_ignores_case_finds_what_its_pattern_alone_finds(text):
    import re2

    found = look({"a.py": text}, rule(detect=Pattern(patterns=("(?i)bad",)))).findings

    assert bool(found) is (re2.search("(?i)bad", text) is not None)


@given(text=WORDS, further=st.integers(0, 40))
def test_further_rules_change_nothing_in_what_a_rule_finds(text, further):
    others = [rule(f"r{n}", Pattern(patterns=(f"word{n}|good",))) for n in range(further)]
    alone = look({"a.py": text}, rule()).findings
    together = look({"a.py": text}, rule(), *others).findings

    assert alone == tuple(one for one in together if one.rule == "secret/bad")


def test_the_component_of_the_manifest_is_named():
    manifest = """\
schema: roadworthy/manifest/v1
system: {key: desk, name: Desk, version: "1", purpose: Answers}
components:
  - {type: application, key: app, path: app}
  - {type: prompt, key: answer, path: app/prompts/answer.txt}
"""
    prompts = replace(rule(), kinds=(FileKind.PROMPT, FileKind.PYTHON))
    files = {"roadworthy.yaml": manifest, "app/prompts/answer.txt": "bad", "app/a.py": "bad", "b.py": "bad"}
    report = look(files, prompts)

    assert {one.path: one.component for one in report.findings} == {
        "app/prompts/answer.txt": "answer",
        "app/a.py": "app",
        "b.py": "",
    }


@pytest.mark.parametrize("path", ["logo.bin", "tests/test_a.py"])
def test_what_is_no_text_by_its_name_or_a_test_is_not_missed(path):
    asked = rule(kinds=(FileKind.OTHER, FileKind.TEST))

    assert check(FilesRepository({path: HeldBytes(b"\0")}), [asked], today=TODAY).unread == ()
