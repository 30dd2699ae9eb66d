"""Thirty ways in which a gate lets the wrong thing through, each a test by its number.

Those that need exceptions, approvals or accounts come with the capability that brings
these in; `LATER` lists them, so that none is forgotten.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from fakes.gate_world import (
    NOW,
    bar,
    component,
    declared,
    held,
    judge,
    measure_check,
    measurement,
    release,
    rule,
    run_evidence,
    task,
)
from roadworthy.adapters.catalogues import load_regimes, load_threats, read_threats
from roadworthy.adapters.clock import FixedClock
from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.packs import PackFolders
from roadworthy.adapters.store.ledger import Ledger
from roadworthy.adapters.store.records import SqliteRecords
from roadworthy.core.clock import parse_rfc3339
from roadworthy.core.errors import CatalogueError, EvidenceError, PackError, StoreError, VerificationError
from roadworthy.core.severity import RiskTier
from roadworthy.evidence.chain import check_against, checkpoint_of
from roadworthy.evidence.documents.system_card import system_card_of
from roadworthy.gates.model import RuleOutcome, Validity, Verdict
from roadworthy.inventory.freeze import component_version
from roadworthy.inventory.model import HostedModel, PinKind
from roadworthy.inventory.release import closure
from roadworthy.policy.resolve import resolve
from roadworthy.risk.assess import assess
from roadworthy.risk.model import Risk

LATER = {
    8: "approvals: somebody who may not approve calls approve",
    9: "approvals: a requester approves their own request",
    10: "approvals: an edit after approval voids it",
    11: "exceptions: an expired exception turns the gate red at the same minute",
    12: "exceptions: an exception whose compensating test fails has no effect",
    13: "exceptions: an exception never hides the rule in a report",
    14: "exceptions: two exceptions on one rule with different scopes both work",
    15: "exceptions: a rule that did not fail is not reported as excepted",
    18: "accounts: deleting a person keeps the chain valid",
    24: "approvals: a rule set aside by hand without justification and approver fails",
    25: "accounts: a service or an agent cannot approve or except",
    28: "recall: recalling a producer voids exactly its outputs",
}


def only(decision):
    assert len(decision.results) == 1
    return decision.results[0]


def test_01_a_metric_that_is_absent_blocks():
    other = run_evidence(measurement(failures=0, trials=100, metric="another"))
    decision = judge(rule(measure_check(metric="canary_leak")), evidence=held(other))

    assert only(decision).outcome is RuleOutcome.MISSING
    assert decision.verdict is Verdict.CANNOT_TELL


PACK = """\
schema: roadworthy/pack/v1
name: mine
version: 1.0.0
layer: organisation
title: Mine
owner: us
licence: Apache-2.0
"""
CONTROL = """\
- id: mine/one
  title: One
  objective: Verify that it holds.
  why: It might not.
  area: guard
  type: preventive
  stage: release
  tiers: [high]
  rules:
    - id: mine/one-rule
      message: it does not hold
      remediation: mend it
      require: {kind: measure, category: quality, comparator: "<=", threshold: 0.1}
  links:
    - {framework: owasp-llm, id: "LLM01:2025", relation: intersects, rationale: same, strength: 3, status: proposed}
"""


def pack_folder(root: Path, *, control: str = CONTROL, head: str = PACK) -> PackFolders:
    folder = root / "mine"
    (folder / "controls").mkdir(parents=True)
    (folder / "pack.yaml").write_text(head)
    (folder / "SOURCES.md").write_text("# Sources\n\nOur own wording.\n")
    (folder / "controls" / "all.yaml").write_text(control)
    return PackFolders(root)


def test_02_a_sound_pack_loads_so_that_the_next_tests_mean_something(tmp_path):
    assert pack_folder(tmp_path).load("mine").controls[0].id == "mine/one"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param('comparator: "<="', 'comparator: "=~"', id="comparator"),
        pytest.param("framework: owasp-llm", "framework: owasp-mll", id="framework"),
        pytest.param("kind: measure", "kind: measured", id="kind of check"),
        pytest.param("threshold: 0.1", "treshold: 0.1", id="field"),
    ],
)
def test_02_an_unknown_word_in_a_pack_is_an_error_when_it_is_loaded(tmp_path, before, after):
    with pytest.raises(PackError, match=r"all\.yaml:\d+"):
        pack_folder(tmp_path, control=CONTROL.replace(before, after)).load("mine")


def test_02_tightening_an_unknown_rule_is_an_error(tmp_path):
    head = PACK + "tighten:\n  - {rule: mine/two, reason: stricter, threshold: 0.01}\n"
    pack = pack_folder(tmp_path, head=head).load("mine")

    with pytest.raises(PackError, match="mine/two"):
        resolve([pack], tier=RiskTier.HIGH, digests={"mine": "sha256:" + "0" * 64})


def test_03_zero_rules_is_not_a_pass(tmp_path):
    pack = pack_folder(tmp_path).load("mine")

    with pytest.raises(PackError, match="no rule"):
        resolve([pack], tier=RiskTier.MINIMAL, digests={"mine": "sha256:" + "0" * 64})
    assert judge(rule(applies_when="false")).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize("text", ["2026-01-01", "2026-01-01T00:00:00", "yesterday", "2026-13-01T00:00:00Z", ""])
def test_04_an_unreadable_or_naive_time_is_an_error(text):
    with pytest.raises(ValueError, match=r"RFC 3339|month|range"):
        parse_rfc3339(text)


def test_04_evidence_with_a_naive_time_cannot_be_made():
    with pytest.raises(ValueError, match="timezone-aware"):
        declared(observed_at=datetime(2026, 1, 1))  # noqa: DTZ001 - the naive time is the point


def test_04_a_rule_with_a_bad_effective_date_does_not_load_as_not_yet_in_force(tmp_path):
    control = CONTROL.replace("      message:", "      effective_on: soon\n      message:")

    with pytest.raises(PackError, match="effective_on"):
        pack_folder(tmp_path, control=control).load("mine")


def test_05_evidence_from_the_future_is_invalid():
    decision = judge(evidence=held(run_evidence(age=timedelta(minutes=-5))))

    assert only(decision).outcome is RuleOutcome.STALE
    assert only(decision).evidence[0].validity is Validity.NOT_YET_VALID


def test_06_evidence_about_another_digest_is_not_evidence():
    edited = release(
        component("agent", type="agent", uses=("answer", "model")),
        component("answer", content="v2"),
        component("model", type="hosted_model"),
    )
    decision = judge(evidence=held(run_evidence()), of=edited)

    assert only(decision).outcome is RuleOutcome.STALE
    assert "answer" in only(decision).evidence[0].reason


def test_07_a_producer_cannot_say_how_long_its_evidence_lasts():
    from roadworthy.core.evidence import Evidence

    claims = TypeAdapter(Evidence).dump_python(run_evidence(), mode="json") | {"max_age_days": 3650}

    with pytest.raises(ValueError, match="max_age_days"):
        TypeAdapter(Evidence).validate_python(claims)
    assert only(judge(evidence=held(run_evidence(age=timedelta(days=31))))).outcome is RuleOutcome.STALE


@dataclass(frozen=True)
class Note:
    text: str


def notes(ledger: Ledger) -> SqliteRecords[Note]:
    return SqliteRecords(ledger, kind="note", adapter=TypeAdapter(Note))


def ledger_at(path: Path) -> Ledger:
    return Ledger(path, clock=FixedClock(at=NOW), actor="tester")


def test_16_when_the_log_cannot_be_written_neither_is_the_record(tmp_path):
    ledger = ledger_at(tmp_path / "ledger.sqlite")
    with sqlite3.connect(tmp_path / "ledger.sqlite") as db:
        db.execute("CREATE TRIGGER full BEFORE INSERT ON log BEGIN SELECT RAISE(ABORT, 'disk full'); END")

    with pytest.raises(StoreError, match="disk full"):
        notes(ledger).add(Note("a"))
    assert notes(ledger).all() == []


def test_17_a_log_cut_short_or_built_anew_is_noticed_against_a_checkpoint(tmp_path):
    ledger = ledger_at(tmp_path / "ledger.sqlite")
    for text in "abc":
        notes(ledger).add(Note(text))
    entries = ledger.entries()
    kept = checkpoint_of(entries, at=NOW)
    anew = ledger_at(tmp_path / "other.sqlite")
    for text in "xbc":
        notes(anew).add(Note(text))

    with pytest.raises(VerificationError, match="cut off"):
        check_against(entries[:-1], kept)
    with pytest.raises(VerificationError, match="anew"):
        check_against(anew.entries(), kept)


def test_19_a_record_whose_digest_cannot_be_computed_is_refused(tmp_path):
    @dataclass(frozen=True)
    class Rate:
        value: float

    store = SqliteRecords(ledger_at(tmp_path / "ledger.sqlite"), kind="rate", adapter=TypeAdapter(Rate))

    with pytest.raises(ValueError, match="no canonical form"):
        store.add(Rate(float("nan")))
    assert store.all() == []


def test_21_a_bar_loosened_after_the_run_was_registered_has_no_effect_on_it():
    before = bar(threshold=0.01)
    piece = run_evidence(measurement(failures=0, trials=100), bars=(before,))
    result = only(judge(rule(measure_check(threshold=0.2)), evidence=held(piece)))

    assert result.bar_moved
    assert result.outcome is RuleOutcome.UNDERPOWERED
    assert "loosened" in result.reason


def test_21_a_bar_tightened_after_the_run_holds_at_once():
    piece = run_evidence(measurement(failures=0, trials=100), bars=(bar(threshold=0.2),))
    result = only(judge(rule(measure_check(threshold=0.01)), evidence=held(piece)))

    assert not result.bar_moved
    assert result.outcome is RuleOutcome.UNDERPOWERED


def test_22_a_mean_on_the_right_side_is_not_enough():
    result = only(judge(evidence=held(run_evidence(measurement(failures=4, trials=100)))))

    assert result.judged[0].estimate < 0.05 < result.judged[0].high
    assert result.outcome is not RuleOutcome.PASS


def test_23_fewer_samples_than_the_minimum_is_underpowered():
    check = measure_check(threshold=0.5, min_samples=30)

    assert only(judge(rule(check), evidence=held(run_evidence(measurement(failures=0, trials=29))))).outcome is (
        RuleOutcome.UNDERPOWERED
    )


def test_27_an_alias_that_points_elsewhere_voids_the_evidence():
    def resolved(snapshot: str):
        model = HostedModel(key="model", provider="p", model="m", pin=PinKind.ALIAS, snapshot=snapshot)
        return component_version(model)

    before, after = release(resolved("2026-01-01")), release(resolved("2026-05-01"))
    ref = replace(task(), subjects=closure(before, ["model"]))
    piece = run_evidence(of=before, task_ref=ref)
    now_ref = replace(ref, subjects=closure(after, ["model"]))

    assert only(judge(evidence=held(piece), of=before, tasks=(ref,))).outcome is RuleOutcome.PASS
    assert only(judge(evidence=held(piece), of=after, tasks=(now_ref,))).outcome is RuleOutcome.STALE


@pytest.mark.parametrize(
    "assessed",
    [
        pytest.param((), id="nothing assessed"),
        pytest.param((1, 1, 1, 1), id="the most harmless risk that there is"),
    ],
)
def test_20_a_prohibited_class_cannot_be_lowered_by_a_score(assessed):
    risks = [
        Risk(
            id="R-1",
            statement="nothing much happens",
            harms=(),
            severity=assessed[0],
            likelihood=assessed[1],
            exposure=assessed[2],
            detectability=assessed[3],
            basis="assessed",
        )
        for _ in range(1)
        if assessed
    ]
    facts = {
        "system": {
            "key": "scores",
            "name": "Scores",
            "purpose": "rank citizens",
            "markets": ["EU"],
            "role": "deployer",
            "legal_facts": {"social_scoring": True},
        },
        "components": [],
    }
    assessment = assess(
        facts,
        regimes=load_regimes(),
        catalogue=load_threats(),
        conditions=CelConditions(),
        now=NOW,
        author="tester",
        id="assessment_01ARZ3NDEKTSV4RRFFQ69G5FAV",
        assessed=risks,
    )

    assert assessment.tier is RiskTier.PROHIBITED


def test_26_a_card_that_cites_changed_evidence_is_not_made():
    piece = run_evidence()
    decision = judge(evidence=held(piece))
    swapped = run_evidence(measurement(failures=0, trials=99))
    made = {"release": release(), "system": {"name": "Desk"}, "assessment": {}}

    assert system_card_of(decision, evidence=(piece,), **made).system == "desk"
    with pytest.raises(EvidenceError, match="no valid evidence"):
        system_card_of(decision, evidence=(swapped,), **made)
    with pytest.raises(EvidenceError, match="no valid evidence"):
        system_card_of(decision, evidence=(), **made)


@pytest.mark.parametrize("field", ["licence", "digest"])
def test_29_a_catalogue_whose_source_states_no_licence_or_digest_is_refused(tmp_path, field):
    shipped = files("roadworthy.packs").joinpath("threats.yaml").read_text(encoding="utf-8")
    copy = tmp_path / "threats.yaml"
    copy.write_text(shipped, encoding="utf-8")
    assert read_threats(copy).threats

    lines = shipped.splitlines(keepends=True)
    first = next(i for i, line in enumerate(lines) if line.startswith(f"    {field}: "))
    copy.write_text("".join(lines[:first] + lines[first + 1 :]), encoding="utf-8")

    with pytest.raises(CatalogueError, match=rf"threats\.yaml:\d+.*\b{field}\b|(?s:{field})"):
        read_threats(copy)


def test_30_a_pack_is_verified_with_the_network_off():
    script = """
import socket, sys

def refuse(*_, **__):
    raise AssertionError("a socket was opened")

socket.socket.connect = refuse
socket.create_connection = refuse
socket.getaddrinfo = refuse
from roadworthy.cli.main import run
sys.exit(run(["verify", "missing.zip", "--key", "missing.pem"]))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "missing" in done.stderr
    assert "socket" not in done.stderr


def test_the_traps_that_come_later_are_the_ones_without_a_test_here():
    here = {int(name.split("_")[1]) for name in globals() if name.startswith("test_") and name[5:7].isdigit()}

    assert here | set(LATER) == set(range(1, 31))
    assert not here & set(LATER)
