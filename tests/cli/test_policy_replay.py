"""A candidate policy on past decisions, and the gate on a planned date, by the commands that people type."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from fakes.past_decisions import world_with_decisions
from fakes.small_pack import write_pack
from roadworthy.adapters.packs import PackFolders
from roadworthy.cli.main import run

GOOD, CHANGED, REFUSED, CANNOT_TELL = 0, 1, 2, 3
DECISIONS = 12


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A ledger with decisions on the base pack."""
    root = tmp_path_factory.mktemp("world") / "desk"
    workspace = world_with_decisions(root, number=DECISIONS)
    workspace.ledger.close()
    return root


@pytest.fixture
def root(world, tmp_path, monkeypatch):
    folder = tmp_path / "desk"
    shutil.copytree(world, folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def replay(root, capsys):
    def call(*arguments):
        capsys.readouterr()
        code = run(["policy", "replay", *arguments, "--format", "json"])
        shown = capsys.readouterr()
        return code, json.loads(shown.out) if shown.out else {}, shown.err

    return call


def next_pack(root: Path, **changes: str) -> str:
    """Write a pack that asks for a market that the system does not name, and return its path."""
    folder = write_pack(root / "own" / "acme", **changes)
    controls = folder / "controls" / "oversight.yaml"
    controls.write_text(controls.read_text().replace("system.owner != ''", "'NO' in system.markets"))
    return str(folder)


def test_the_same_policy_changes_no_decision(replay):
    code, report, _ = replay("base")

    assert (code, report["replayed"], report["changed"], report["not_replayable"]) == (GOOD, DECISIONS, 0, 0)
    assert report["changes"] == []


def test_each_changed_decision_is_named_with_the_rule_and_the_reason(replay, root):
    code, report, _ = replay("base", next_pack(root))

    moved = [
        (t["after"], t["rules"][0]["rule"], t["rules"][0]["why"], t["rules"][0]["after"]) for t in report["changes"]
    ]
    assert code == CHANGED
    assert report["replayed"] == report["changed"] + report["unchanged"] == DECISIONS
    assert set(moved) == {("blocked", "acme/owner-named", "new", "fail")}
    assert len(report["changes"]) == report["changed"] > 0
    assert all(trial["before"] != "blocked" for trial in report["changes"])


def test_a_verdict_that_stays_is_still_told_where_rules_move(replay, root):
    _, report, _ = replay("base", next_pack(root))

    assert len(report["same_verdict_other_rules"]) == report["unchanged"]


def test_what_binds_later_changes_only_the_day_asked_about(replay, root):
    pack = next_pack(root, effective_on="2031-01-01")

    now, now_report, _ = replay("base", pack)
    then, then_report, _ = replay("base", pack, "--at", "2031-01-01")

    assert (now, now_report["changed"]) == (GOOD, 0)
    assert (then, then_report["at"]) == (CHANGED, "2031-01-01")
    assert {(t["after"] == t["before"], t["later"]) for t in then_report["changes"]} == {(True, "blocked")}


def test_a_proposed_pack_may_be_tried_before_anybody_reviews_it(replay, root):
    assert replay("base", next_pack(root, status="proposed"))[0] == CHANGED


def test_the_text_says_what_was_assumed(root, capsys):
    run(["policy", "replay", "base", next_pack(root)])

    shown = capsys.readouterr()
    assert "acme/owner-named  [no rule → fail]  a new rule" in shown.out
    assert "as if the candidate's bars had been registered" in shown.err


@pytest.mark.parametrize(
    ("options", "replayed"),
    [
        pytest.param(["--limit", "5"], 5, id="the newest five"),
        pytest.param(["--tier", "high"], DECISIONS, id="its tier"),
        pytest.param(["--system", "echo-desk"], DECISIONS, id="its system"),
        pytest.param(["--since", "2026-06-01"], 1, id="since its last day"),
    ],
)
def test_decisions_can_be_selected(replay, options, replayed):
    _, report, _ = replay("base", *options)

    assert report["replayed"] == replayed


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        pytest.param(["base", "--tier", "minimal"], "no past decision is selected", id="no such tier"),
        pytest.param(["base", "--system", "other"], "no past decision is selected", id="no such system"),
        pytest.param(["base", "--since", "yesterday"], "is not a date", id="no date"),
        pytest.param(["base", "--since", "2026-W09-1"], "is not a date", id="a week"),
        pytest.param(["base", "--since", "2026-02-30"], "is not a date", id="no such day"),
        pytest.param(["base", "--at", "2027-01-31T00:00:00+14:00"], "is not a date", id="a time elsewhere"),
        pytest.param(["base", "--limit", "0"], "tries nothing", id="no limit"),
        pytest.param(["base", "--at", "2020-01-01"], "is past", id="a past day"),
        pytest.param(["nothing"], "there is no pack 'nothing'", id="no such pack"),
        pytest.param(["base", "base"], "packs repeat: base", id="a pack twice"),
    ],
)
def test_what_is_asked_wrongly_is_refused(replay, arguments, problem):
    code, _, err = replay(*arguments)

    assert (code, problem in err) == (REFUSED, True), err


def test_a_candidate_that_binds_no_such_tier_is_refused(replay, root):
    folder = Path(next_pack(root))
    controls = folder / "controls" / "oversight.yaml"
    controls.write_text(controls.read_text().replace("tiers: [high]", "tiers: [minimal]"))

    code, _, err = replay(str(folder))

    assert (code, "no rule is in force for a system of tier `high`" in err) == (REFUSED, True)


def torn(root, kind):
    """Change the newest record of a kind as a failing disk would, behind the ledger's back."""
    with closing(sqlite3.connect(root / ".roadworthy" / "ledger.sqlite")) as ledger:
        ledger.execute("DROP TRIGGER records_are_immutable")
        ledger.execute(
            "UPDATE records SET body = substr(body, 1, length(body) - 9) "
            "WHERE added = (SELECT max(added) FROM records WHERE kind = ?)",
            (kind,),
        )
        ledger.commit()


@pytest.mark.parametrize("kind", ["gate-inputs", "release", "evidence"])
def test_a_decision_with_a_torn_part_is_named_and_the_others_tried(replay, root, kind):
    torn(root, kind)

    code, report, _ = replay("base")

    assert (code, report["replayed"] + report["not_replayable"]) == (CANNOT_TELL, DECISIONS)
    assert report["replayed"] > 0
    assert all("was changed in the store" in one["reason"] for one in report["refused"])


def test_a_torn_decision_stops_the_replay(replay, root):
    torn(root, "decision")

    code, report, err = replay("base")

    assert (code, report, "decision sha256:" in err) == (CANNOT_TELL, {}, True), err


def test_a_rule_that_the_candidate_has_not_is_said(replay, root):
    _, report, _ = replay(next_pack(root))

    tried = [*report["changes"], *report["same_verdict_other_rules"]]
    gone = {move["rule"] for one in tried for move in one["rules"] if move["why"] == "gone"}
    assert len(tried) == DECISIONS
    base = {rule.id for control in PackFolders(root).load("base").controls for rule in control.rules}
    assert gone <= base
    assert len(gone) > len(base) / 2


def test_a_replay_stores_nothing(replay, root):
    before = (root / ".roadworthy" / "ledger.sqlite").read_bytes()

    replay("base", next_pack(root))

    assert (root / ".roadworthy" / "ledger.sqlite").read_bytes() == before
