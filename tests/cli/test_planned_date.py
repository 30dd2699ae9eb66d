"""``rw gate --at`` and ``rw plan --at``: as of a planned ship date, and never recorded."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from fakes.small_system import write_system
from roadworthy.adapters.clock import SystemClock
from roadworthy.cli.main import run

SHIP, BLOCKED, REFUSED, CANNOT_TELL = 0, 1, 2, 3
OVERLAY = """\
schema: roadworthy/pack/v1
name: next
version: 1.0.0
layer: system
title: What the desk must show from then on
owner: the desk team
licence: Apache-2.0
effective_on: {day}
tighten:
  - {{rule: desk/answers-right, min_samples: 500, reason: more is at stake}}
"""


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """A system that may ship today, bound by a pack that tightens a rule in ten days."""
    root = write_system(tmp_path_factory.mktemp("planned") / "desk")
    folder = root / "packs" / "next"
    folder.mkdir()
    (folder / "SOURCES.md").write_text("# Sources\n\nOur own.\n")
    (folder / "pack.yaml").write_text(OVERLAY.format(day=day(10)))
    text = (root / "roadworthy.yaml").read_text()
    (root / "roadworthy.yaml").write_text(text.replace("[packs/desk]", "[packs/desk, packs/next]"))
    assert [run([*words, "-C", str(root)]) for words in (["assess"], ["eval", "run"], ["gate"])] == [0, 0, SHIP]
    return root


@pytest.fixture
def rw(shipped, capsys):
    def call(*arguments):
        capsys.readouterr()
        code = run([*arguments, "-C", str(shipped)])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return call


def day(ahead):
    return (SystemClock().now() + timedelta(days=ahead)).date().isoformat()


def test_what_tightens_later_is_pending_today(rw):
    code, out, _ = rw("why")

    assert code == SHIP
    assert f"desk/answers-right  tightens on {day(10)}: min_samples 20 → 500 (pack next: more is at stake)" in out


def test_the_planned_day_is_judged_with_what_binds_by_then(rw):
    eve = rw("gate", "--at", day(9))
    code, out, err = rw("gate", "--at", day(10))

    assert eve[0] == SHIP
    assert code == CANNOT_TELL
    assert "newly binding by then" in out
    assert "desk/answers-right  tightens  [pass → underpowered]" in out
    assert "now it would be ship. Nothing was signed or kept" in err


def test_a_planned_day_is_never_recorded(rw, shipped):
    before = json.loads(rw("list", "decision", "--format", "json")[1])

    rw("gate", "--at", day(10))

    assert json.loads(rw("list", "decision", "--format", "json")[1]) == before


def test_json_says_that_it_is_no_record(rw):
    record = json.loads(rw("gate", "--at", day(10), "--format", "json")[1])

    assert (record["recorded"], record["verdict_now"], record["decision"]["verdict"]) == (False, "ship", "cannot_tell")
    assert [change["change"] for change in record["binds_by_then"]] == ["tightens"]


def test_evidence_that_lapses_by_then_is_named(rw):
    code, out, _ = rw("gate", "--at", day(300))

    assert code == CANNOT_TELL
    assert "its evidence lapses" in out


def test_a_plan_for_a_day_says_what_is_needed_by_then(rw):
    code, out, _ = rw("plan", "--at", day(10))

    assert code == 0
    assert f"the gate would say on {day(10)}: cannot tell" in out
    assert "too little to decide" in out


@pytest.mark.parametrize("command", ["gate", "plan"])
@pytest.mark.parametrize(
    ("when", "problem"),
    [
        pytest.param("2020-01-01", "is past", id="past"),
        pytest.param("tomorrow", "is not a date", id="a word"),
        pytest.param("2027-02-30", "is not a date", id="no such day"),
        pytest.param("20300101", "is not a date", id="another spelling"),
        pytest.param("9999-01-01", "more than ten years away", id="too far"),
    ],
)
def test_a_day_that_cannot_be_meant_is_refused(rw, command, when, problem):
    code, _, err = rw(command, "--at", when)

    assert (code, problem in err) == (REFUSED, True)


@pytest.mark.parametrize("form", ["junit", "sarif", "markdown"])
def test_no_other_program_takes_an_outlook_for_a_decision(rw, form):
    code, _, err = rw("gate", "--at", day(10), "--format", form)

    assert (code, "would take it for a decision" in err) == (REFUSED, True)


@pytest.mark.parametrize(
    "day", ["2027-13-01", "soon", "20270101", "1767225600", "'1767225600'", "0", "2027-01-01T00:00:00Z", "2027-1-1"]
)
def test_an_effective_date_that_cannot_be_read_is_a_load_error(tmp_path, monkeypatch, capsys, day):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "next"
    folder.mkdir()
    (folder / "SOURCES.md").write_text("# Sources\n")
    (folder / "pack.yaml").write_text(OVERLAY.format(day=day))

    code = run(["policy", "check", "./next"])

    assert (code, "effective_on" in capsys.readouterr().err) == (REFUSED, True)
