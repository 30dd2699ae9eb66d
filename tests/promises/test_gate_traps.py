"""Thirty ways in which a gate lets the wrong thing through, each a test by its number."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from fakes.consenting_people import (
    RELEASE_NEEDS_CLEO,
    answer,
    approved,
    exception,
    governance,
    held_exception,
)
from fakes.consenting_people import request as asked_for
from fakes.gate_world import (
    NOW,
    bar,
    component,
    declared,
    fact_check,
    held,
    judge,
    measure_check,
    measurement,
    release,
    rule,
    run_evidence,
    task,
)
from fakes.governed_system import write_governed_system
from roadworthy.adapters.catalogues import load_regimes, load_threats, read_threats
from roadworthy.adapters.clock import FixedClock
from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.documents import render_report, render_system_card
from roadworthy.adapters.packs import PackFolders
from roadworthy.adapters.store.ledger import Ledger
from roadworthy.adapters.store.records import LedgerRecords
from roadworthy.approvals.model import Answer, Consents
from roadworthy.approvals.standing import ConsentState
from roadworthy.cli.decision_text import decision_text
from roadworthy.core.clock import parse_rfc3339
from roadworthy.core.errors import (
    CatalogueError,
    EvidenceError,
    NotPermittedError,
    PackError,
    StoreError,
    VerificationError,
)
from roadworthy.core.evidence import Producer
from roadworthy.core.severity import RiskTier
from roadworthy.evidence.chain import check, check_against, checkpoint_of
from roadworthy.evidence.documents.junit import junit_of
from roadworthy.evidence.documents.markdown import markdown_of
from roadworthy.evidence.documents.report import report_of
from roadworthy.evidence.documents.sarif import sarif_of
from roadworthy.evidence.documents.system_card import system_card_of
from roadworthy.evidence.statement import statement_of_decision
from roadworthy.exceptions.model import VersionScope
from roadworthy.exceptions.standing import exception_payload
from roadworthy.gates.model import RuleOutcome, Validity, Verdict
from roadworthy.gates.oversight.consenting import Oversight, payload_of
from roadworthy.gates.oversight.recalled import is_recalled
from roadworthy.gates.recall import Recall, RecallCause
from roadworthy.governance.model import ActorKind, Person
from roadworthy.inventory.freeze import component_version
from roadworthy.inventory.model import HostedModel, PinKind
from roadworthy.inventory.release import closure
from roadworthy.policy.resolve import resolve
from roadworthy.risk.assess import assess
from roadworthy.risk.model import Risk
from roadworthy.runtime.assessing import assess_now
from roadworthy.runtime.gating import judge_candidate, record_decision
from roadworthy.runtime.oversight.approving import Answering, answer_request
from roadworthy.runtime.oversight.excepting import request_exception, wish_of
from roadworthy.runtime.oversight.signing import KeyChoice
from roadworthy.runtime.packing import write_pack
from roadworthy.runtime.trust.consents import consents_of
from roadworthy.runtime.workspace import Workspace


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


def notes(ledger: Ledger) -> LedgerRecords[Note]:
    return LedgerRecords(ledger, kind="note", adapter=TypeAdapter(Note))


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

    store = LedgerRecords(ledger_at(tmp_path / "ledger.sqlite"), kind="rate", adapter=TypeAdapter(Rate))

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


@pytest.fixture
def desk(tmp_path) -> Callable[[str], Workspace]:
    """A governed system with an exception that ada asked for, as seen by whoever acts."""
    root = write_governed_system(tmp_path / "desk", keys=tmp_path / "keys")

    def acting(who: str) -> Workspace:
        return Workspace(root=root, clock=FixedClock(at=NOW), environ={"ROADWORTHY_ACTOR": who})

    first = acting("ada")
    one = exception("base/unmet")
    digest = first.exceptions.add(one)
    first.requests.add(asked_for(exception_payload(one, digest), about=one.id))
    return acting


def approve(workspace: Workspace, who: str, *, role: str = "ai_owner"):
    key = KeyChoice(key=workspace.root.parent / "keys" / f"{who}.pem")
    return answer_request(workspace, Answering(request="request_1", answer=Answer.APPROVE, role=role), key=key)


def test_08_who_may_not_approve_is_refused_and_no_approval_is_written(desk):
    workspace = desk("cleo")

    with pytest.raises(NotPermittedError, match="ai_owner"):
        approve(workspace, "cleo")
    assert not workspace.approvals.all()
    assert approve(desk("ben"), "ben").record.approver == "ben"


def test_09_who_asked_cannot_approve_and_the_refusal_is_logged(desk):
    workspace = desk("ada")

    with pytest.raises(NotPermittedError, match="nobody approves their own"):
        approve(workspace, "ada")
    assert not workspace.approvals.all()
    assert [entry.kind for entry in workspace.ledger.entries()][-1] == "refusal"


UNMET, HOLDS = rule(fact_check("false"), id="base/unmet"), rule(fact_check("true"), id="base/holds")


def test_10_an_edit_after_the_approval_voids_it_and_the_gate_is_red():
    rules = governance(rules=(RELEASE_NEEDS_CLEO,))
    asked = asked_for(payload_of(judge(HOLDS, oversight=Oversight(governance=rules))))
    said = Consents(requests=(asked,), approvals=(answer(asked, "cleo", "release_manager"),))
    known = Oversight(governance=rules, consents=said)
    edited = release(component("agent", type="agent"), component("answer", content="v2"))

    assert judge(HOLDS, oversight=known).verdict is Verdict.SHIP
    decision = judge(HOLDS, of=edited, tasks=(), oversight=known)
    assert (decision.verdict, decision.consent.state) == (Verdict.CANNOT_TELL, ConsentState.VOIDED)


def excepted(*exceptions):
    held_ones = tuple(held_exception(one) for one in exceptions)
    return Oversight(governance=governance(), exceptions=held_ones, consents=approved(*exceptions))


def test_11_an_expired_exception_turns_the_gate_red_at_the_same_minute():
    one = exception("base/unmet")
    before, at = (
        judge(UNMET, HOLDS, oversight=excepted(one), now=now).verdict
        for now in (one.expires_at - timedelta(seconds=1), one.expires_at)
    )

    assert (before, at) == (Verdict.CONDITIONS, Verdict.BLOCKED)


def test_12_an_exception_whose_compensating_test_fails_has_no_effect():
    one = exception("base/unmet", compensating=("base/holds",))
    broken = replace(HOLDS, require=fact_check("false"))

    assert judge(UNMET, HOLDS, oversight=excepted(one)).verdict is Verdict.CONDITIONS
    assert judge(UNMET, broken, oversight=excepted(one)).verdict is Verdict.BLOCKED


def test_13_an_exception_hides_the_rule_in_no_report():
    decision = judge(UNMET, HOLDS, oversight=excepted(exception("base/unmet")))
    made = {"release": release(), "evidence": ()}
    card = system_card_of(decision, system={"name": "Desk"}, assessment={}, **made)
    shown = {
        "page": render_report(report_of(decision, **made)).decode(),
        "card": render_system_card(card).decode(),
        "markdown": markdown_of(decision).replace("\\", ""),
        "sarif": json.dumps(sarif_of(decision)),
        "junit": junit_of(decision),
        "text": decision_text(decision, verbose=False, full=False),
        "statement": statement_of_decision(decision).content.decode(),
    }

    for form, text in shown.items():
        for wanted in ("base/unmet", "exception_1", "ada", "ben"):
            assert wanted in text, (form, wanted)


def test_14_two_exceptions_on_one_rule_with_different_scopes_both_work():
    here = exception("base/unmet", id="exception_2", scope=VersionScope(system="desk", first="1", last="2"))
    decision = judge(UNMET, HOLDS, oversight=excepted(exception("base/unmet"), here))

    assert decision.results[0].exceptions == ("exception_1", "exception_2")
    assert judge(UNMET, HOLDS, oversight=excepted(here)).verdict is Verdict.CONDITIONS


def test_15_a_rule_that_did_not_fail_is_not_reported_as_excepted():
    decision = judge(HOLDS, oversight=excepted(exception("base/holds")))

    assert (decision.verdict, decision.results[0].exceptions, decision.exceptions[0].waived) == (Verdict.SHIP, (), ())


def test_18_taking_a_person_out_keeps_the_chain_valid(desk):
    approve(desk("ben"), "ben")
    before = desk("ada").ledger.entries()
    file = desk("ada").root / "governance.yaml"
    people = file.read_text().split("  - id: ben\n")
    rest = people[1][people[1].index("  - id: cleo") :].replace("[release_manager]", "[release_manager, ai_owner]")
    file.write_text(people[0] + rest)
    after = desk("ada")

    assert after.governance.person("ben") is None
    check(after.ledger.entries())
    assert after.ledger.entries() == before
    assert after.approvals.all()[0].record.approver == "ben"
    assert not consents_of(after).approvals[0].signed.holds


def test_24_a_rule_is_set_aside_by_hand_only_with_a_justification_and_an_approver(tmp_path):
    head = PACK + "tighten:\n  - {rule: mine/one-rule, reason: not for us, not_applicable: true}\n"
    with pytest.raises(PackError, match="not_applicable"):
        pack_folder(tmp_path, head=head).load("mine")
    with pytest.raises(ValueError, match="justifies nothing"):
        exception("base/unmet", justification=" ")

    alone = replace(excepted(exception("base/unmet")), consents=Consents())
    assert judge(UNMET, HOLDS, oversight=alone).verdict is Verdict.BLOCKED
    assert only(judge(rule(fact_check("true"), applies_when="system.no_such_fact"))).outcome is RuleOutcome.MISSING


def test_25_a_service_or_an_agent_can_neither_approve_nor_except(desk):
    workspace = desk("robot")
    wish = wish_of(
        rules=["desk/answers-right"],
        reason_code="legacy",
        justification="the robot would like it",
        expires_at=NOW + timedelta(days=3),
    )

    with pytest.raises(NotPermittedError, match="only people"):
        approve(workspace, "ben")
    with pytest.raises(NotPermittedError, match="only people"):
        request_exception(workspace, wish)
    assert len(workspace.exceptions.all()) == 1
    assert not workspace.approvals.all()
    for kind in (ActorKind.SERVICE, ActorKind.AGENT):
        with pytest.raises(ValueError, match="only a human may approve"):
            Person(id="robot", kind=kind, roles=("ai_owner",))


def test_28_recalling_a_producer_voids_exactly_its_outputs():
    faulty = run_evidence(id="ev_faulty", producer=Producer(name="eval", version="2"))
    sound, later = run_evidence(id="ev_sound"), replace(faulty, id="ev_later", observed_at=NOW)
    recall = Recall(
        id="recall_1",
        cause=RecallCause.COLLECTOR_FAULTY,
        reason="it skipped answers",
        producer="eval",
        versions=("2",),
        observed_until=NOW,
        recorded_by="ben",
        recorded_at=NOW,
    )

    assert [one.id for one in (faulty, sound, later) if is_recalled(recall, one)] == ["ev_faulty"]
    decision = judge(evidence=held(faulty), oversight=Oversight(recalls=(recall,)))
    assert only(decision).evidence[0].validity is Validity.RECALLED
    assert judge(evidence=held(faulty, sound), oversight=Oversight(recalls=(recall,))).verdict is Verdict.SHIP


def test_30_a_pack_is_verified_with_the_network_off(desk):
    workspace = desk("ben")
    approve(workspace, "ben")
    assess_now(workspace)
    record_decision(workspace, judge_candidate(workspace))
    path, _, public = write_pack(workspace, None, workspace.root / "desk.rwpack.zip")
    script = """
import sys

def refuse(event, arguments):
    if event.startswith("socket."):
        raise PermissionError(f"the network is off: {event}")

sys.addaudithook(refuse)
from roadworthy.cli.main import run
sys.exit(run(sys.argv[1:]))
"""
    command = [sys.executable, "-c", script, "verify", str(path), "--key", str(public), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=workspace.root.parent)

    checks = {check["name"]: check["status"] for check in json.loads(done.stdout)["verification"]["checks"]}
    assert set(checks.values()) == {"ok"}, done.stderr
    assert "people" in checks
    assert "network is off" not in done.stderr


def test_every_trap_has_a_test():
    here = {int(name.split("_")[1]) for name in globals() if name.startswith("test_") and name[5:7].isdigit()}

    assert here == set(range(1, 31))
