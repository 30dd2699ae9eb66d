"""`rw trace`: what rests on what, the blast radius, the standing questions and the auditor's table."""

from __future__ import annotations

import csv
import io
import json
import shlex
import shutil
import sqlite3
from pathlib import Path

import pytest

from fakes.databases import place
from fakes.small_system import write_system
from roadworthy.cli.graph import app
from roadworthy.cli.main import run
from roadworthy.core.errors import RoadworthyError
from roadworthy.evidence.graph.model import EdgeKind
from roadworthy.evidence.graph.questions import QUESTIONS
from roadworthy.gates.recall import Recall, RecallCause
from roadworthy.runtime.workspace import Workspace

GOOD, OPEN, USAGE, CANNOT_TELL = 0, 1, 2, 3


@pytest.fixture(scope="module")
def decided(tmp_path_factory):
    """A system that was evaluated by half and decided on."""
    folder = write_system(tmp_path_factory.mktemp("traced") / "desk")
    for command in (["assess"], ["eval", "run", "answers"], ["gate"]):
        run([*command, "-C", str(folder)])
    return folder


@pytest.fixture
def rw(decided, monkeypatch, capsys):
    monkeypatch.chdir(decided)
    capsys.readouterr()

    def call(command, *arguments):
        """Run one command of the group, as `rw` would; without making all other commands of `rw` each time."""
        assert command == "trace"
        code, told = GOOD, ""
        try:
            app(args=list(arguments), prog_name="rw trace")
        except RoadworthyError as error:
            code, told = error.exit_code, str(error)
        except SystemExit as leave:
            code = leave.code
        out = capsys.readouterr()
        return code, out.out, out.err + told

    return call


def evidence_id(rw):
    return json.loads(rw("trace", "eval:quality", "--format", "json")[1])["start"]["key"]


def test_a_component_shows_the_evidence_the_release_and_the_decision_that_rest_on_it(rw):
    code, out, _ = rw("trace", "answer-prompt")

    assert code == GOOD
    above, _, below = out.partition("what rests on it")
    assert "rests on" in above
    for kind in ("evidence ev_", "release sha256:", "decision decision_"):
        assert kind in below


def test_the_whole_program_knows_the_command(decided, capsys):
    assert run(["trace", "answer-prompt", "-C", str(decided)]) == GOOD
    assert run(["trace", "nothing-is-so-called", "-C", str(decided)]) == USAGE
    assert "fix:" in capsys.readouterr().err


def test_up_and_down_show_one_direction_each(rw):
    up, down = rw("trace", "1.0.0", "--up")[1], rw("trace", "1.0.0", "--down")[1]

    assert "consists of component" in down
    assert "what rests on it" not in down
    assert "decided by decision" in up
    assert "consists of" not in up


def test_the_same_thing_is_found_by_each_of_its_names(rw):
    id = evidence_id(rw)
    start = json.loads(rw("trace", id, "--format", "json")[1])["start"]

    for reference in (start["record"], start["record"][7:17], f"evidence:{id}", "eval:quality"):
        code, out, _ = rw("trace", reference, "--format", "json")
        assert (code, json.loads(out)["start"]["key"]) == (GOOD, id), reference


def test_json_names_every_edge_with_both_ends_and_digests_of_records(rw):
    data = json.loads(rw("trace", "eval:quality", "--format", "json")[1])

    assert {edge["kind"] for edge in data["edges"]} >= {"about", "made_with", "executes", "rests_on", "cites"}
    assert data["start"]["record"].startswith("sha256:")
    assert not data["cut"]


def test_only_one_kind_of_edge_can_be_followed(rw):
    data = json.loads(rw("trace", "eval:quality", "--kind", "about", "--format", "json")[1])

    assert {edge["kind"] for edge in data["edges"]} == {"about"}


@pytest.mark.parametrize("requirement", ["nist-ai-rmf MEASURE 2.3", "NIST AI RMF measure 2.3", "MEASURE 2.3"])
def test_a_requirement_is_found_by_its_framework_and_id(rw, requirement):
    code, out, err = rw("trace", requirement)

    if requirement == "MEASURE 2.3":
        assert (code, "nothing that was recorded" in err) == (USAGE, True)
    else:
        assert (code, "served by control desk/answers" in out) == (GOOD, True)


def test_the_blast_radius_counts_what_would_be_void(rw):
    code, out, _ = rw("trace", "--impact", "answer-prompt", "--format", "json")
    found = json.loads(out)

    assert code == GOOD
    assert {part: found[part]["total"] for part in ("evidence", "decisions", "releases", "approvals")} == {
        "evidence": 1,
        "decisions": 1,
        "releases": 1,
        "approvals": 0,
    }
    # The release has the other route's prompt, and no evidence is about it.
    assert json.loads(rw("trace", "--impact", "refuse-prompt", "--format", "json")[1])["evidence"]["total"] == 0


def test_the_blast_radius_of_a_collector_and_of_a_task_is_the_evidence_they_made(rw):
    for reference in ("roadworthy-eval", "task:answers"):
        assert "evidence that would be void: 1" in rw("trace", "--impact", reference)[1], reference


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing-is-so-called"], "nothing that was recorded"),
        ([""], "nothing that was recorded"),
        (["answer-prompt", "--depth", "0"], "--depth"),
        (["answer-prompt", "--depth", "999"], "--depth"),
        (["answer-prompt", "--kind", "loves"], "'loves'"),
        (["ask", "nobody"], "'nobody'"),
        (["requirement", "eu-ai-act Art. 99"], "'eu-ai-act Art. 99'"),
        (["requirement", "owasp-llm LLM07:2025", "--from", "yesterday"], "--from"),
        (["requirement", "owasp-llm LLM07:2025", "--from", "2026-02-02", "--to", "2026-02-01"], "--to"),
    ],
)
def test_what_was_asked_wrongly_is_said_with_what_to_do(rw, arguments, message):
    code, out, err = rw("trace", *arguments)

    assert (code, out) == (USAGE, "")
    assert message in err
    assert "fix:" in err


def test_the_blast_radius_of_a_recall_is_the_evidence_that_it_matches(rw, decided, tmp_path, monkeypatch):
    copy = shutil.copytree(decided, tmp_path / "copy")
    monkeypatch.chdir(copy)
    workspace = Workspace(root=copy)
    for id, versions in (("recall_all", ()), ("recall_other", ("0.0.0",))):
        workspace.recalls.add(
            Recall(
                id=id,
                cause=RecallCause.COLLECTOR_FAULTY,
                reason="it counted wrongly",
                producer="roadworthy-eval",
                versions=versions,
                recorded_by="ana",
                recorded_at=workspace.clock.now(),
            )
        )

    void = json.loads(rw("trace", "--impact", "recall_all", "--format", "json")[1])
    none = json.loads(rw("trace", "--impact", "recall_other", "--format", "json")[1])
    assert [void[part]["total"] for part in ("evidence", "decisions", "releases")] == [1, 1, 1]
    assert [none[part]["total"] for part in ("evidence", "decisions", "releases")] == [0, 0, 0]


def test_the_standing_questions_name_what_is_open(rw):
    code, out, _ = rw("trace", "ask", "--format", "json")
    found = {answer["question"]: [one["what"] for one in answer["found"]] for answer in json.loads(out)}

    assert code == OPEN
    assert found["requirements"] == ["owasp-llm LLM07:2025"]
    assert found["tests"] == ["refusals"]
    assert found["unpinned"] == found["exceptions"] == found["approvals"] == []


def test_one_question_without_an_answer_is_good(rw):
    assert rw("trace", "ask", "unpinned")[0] == GOOD
    code, out, _ = rw("trace", "ask", "--list")
    assert (code, len(out.splitlines())) == (GOOD, 8)


def test_before_anything_was_decided_nobody_can_tell(tmp_path, capsys):
    folder = write_system(tmp_path / "desk")

    assert run(["trace", "ask", "-C", str(folder)]) == CANNOT_TELL
    assert "nothing was decided" in capsys.readouterr().err


def test_the_auditors_table_shows_what_was_tested_and_what_was_not(rw):
    code, out, _ = rw("trace", "requirement", "nist-ai-rmf MEASURE 2.3", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(out))

    assert code == GOOD
    assert (row["outcome"], row["rule"]) == ("pass", "desk/answers-right")
    assert row["evidence"].startswith("ev_")
    for column in ("release_digest", "decision_digest", "evidence_digests"):
        assert row[column].startswith("sha256:")
    code, out, _ = rw("trace", "requirement", "owasp-llm LLM07:2025")
    assert (code, "✗ owasp-llm LLM07:2025  desk/refusals-hold  missing" in out) == (OPEN, True)


def test_a_last_day_at_the_end_of_all_time_is_taken_as_it_is(rw):
    asked = ("trace", "requirement", "nist-ai-rmf MEASURE 2.3", "--format", "json")

    assert rw(*asked, "--from", "0001-01-01", "--to", "9999-12-31") == rw(*asked)


def test_a_reference_that_is_no_text_is_asked_wrongly(rw):
    code, _, err = rw("trace", "release\udcff")

    assert code == USAGE
    assert "half a character" in err


def test_a_time_without_releases_cannot_be_told_about(rw):
    code, _, err = rw("trace", "requirement", "owasp-llm LLM07:2025", "--to", "2001-01-01")

    assert (code, "no release" in err) == (CANNOT_TELL, True)


def test_the_digests_of_the_table_are_those_of_the_records(rw):
    (row,) = json.loads(rw("trace", "requirement", "nist-ai-rmf MEASURE 2.3", "--format", "json")[1])

    assert json.loads(rw("trace", row["decision_digest"], "--format", "json")[1])["start"]["key"] == row["decision"]
    assert json.loads(rw("trace", row["evidence_digests"][0], "--format", "json")[1])["start"]["key"] in row["evidence"]


def test_no_cell_of_the_table_is_a_formula():
    from roadworthy.cli.graph.text import csv_of_tested
    from roadworthy.evidence.graph.auditing import RequirementRow

    row = RequirementRow(
        release="=HYPERLINK(1)",
        release_digest="sha256:0",
        frozen_at="",
        decision="+1",
        decision_digest="",
        decided_at="",
        verdict="",
        requirement="@x",
        control="-1",
        rule='a,b\n"c"',
        outcome="pass",
        exceptions=(),
        evidence=("=a", "b"),
        evidence_digests=(),
        approved_by=(),
        approvals=(),
        consent="",
        since="",
    )
    (cells,) = csv.DictReader(io.StringIO(csv_of_tested([row])))

    assert [cells[name] for name in ("release", "decision", "requirement", "control", "evidence")] == [
        "'=HYPERLINK(1)",
        "'+1",
        "'@x",
        "'-1",
        "'=a b",
    ]
    assert cells["rule"] == 'a,b\n"c"'


def test_the_log_is_not_whole_where_the_graph_was_altered(decided, tmp_path, capsys):
    copy = shutil.copytree(decided, tmp_path / "copy")
    assert run(["log", "verify", "-C", str(copy)]) == GOOD
    db = sqlite3.connect(copy / ".roadworthy" / "ledger.sqlite")
    db.execute("DELETE FROM edges WHERE kind = 'cites'")
    db.commit()
    db.close()

    assert run(["log", "verify", "-C", str(copy)]) == OPEN
    assert "was taken out of the graph" in capsys.readouterr().err


PAGES = Path(__file__).parent.parent.parent / "docs"


def test_every_command_of_the_page_is_one_that_the_program_takes(rw):
    page = (PAGES / "how-to" / "trace-evidence.md").read_text(encoding="utf-8")
    commands = [line.partition("#")[0] for line in page.splitlines() if line.startswith("rw trace")]

    assert len(commands) >= 9
    for command in commands:
        known = command.replace("2026.11.3", "1.0.0").replace("ev_01M7", "eval:quality")
        known = known.replace("eu-ai-act Art. 15", "nist-ai-rmf MEASURE 2.3")
        code, _, err = rw(*shlex.split(known)[1:])
        assert code != USAGE, (command, err)


def test_the_page_names_every_standing_question_and_every_kind_of_edge():
    page = (PAGES / "how-to" / "trace-evidence.md").read_text(encoding="utf-8")
    graph = (PAGES / "explanation" / "evidence-graph.md").read_text(encoding="utf-8")

    assert [name for name in (question.name for question in QUESTIONS) if f"| `{name}` |" not in page] == []
    assert [kind.value for kind in EdgeKind if f"`{kind.value}`" not in graph] == []


@pytest.mark.slow
def test_the_ledger_of_a_workspace_can_be_in_postgresql(tmp_path, monkeypatch, capsys):
    folder = write_system(tmp_path / "desk")
    with place("postgres", tmp_path) as home:
        monkeypatch.setenv("ROADWORTHY_DATABASE", home.address)
        assert run(["assess", "-C", str(folder)]) == GOOD
        assert run(["gate", "-C", str(folder)]) == CANNOT_TELL
        capsys.readouterr()

        assert run(["trace", "1.0.0", "-C", str(folder)]) == GOOD
        assert "decided by decision" in capsys.readouterr().out
        assert run(["log", "verify", "-C", str(folder)]) == GOOD
        assert not (folder / ".roadworthy" / "ledger.sqlite").exists()
