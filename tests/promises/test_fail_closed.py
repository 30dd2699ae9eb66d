"""Promise: what is missing, broken or unknown never lets a release through."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.gate_world import (
    NOW,
    declared,
    evidence_check,
    fact_check,
    held,
    judge,
    measure_check,
    measurement,
    policy,
    rule,
    run_evidence,
    task,
)
from fakes.scripted_target import MemoryRunStore, SaysAnswer, ScriptedTarget, TickingClock, make_plan, make_task
from fakes.small_system import write_system
from roadworthy.cli.main import run as rw
from roadworthy.core import errors
from roadworthy.core.digest import JsonValue, digest_of
from roadworthy.core.errors import RoadworthyError, TaskError
from roadworthy.core.result import Unassessed
from roadworthy.core.severity import Severity
from roadworthy.evals.execution.runner import RetryPolicy
from roadworthy.evals.execution.runner import run as carry_out
from roadworthy.evals.model import NoReply, ScorerSpec
from roadworthy.evals.scorers.registry import build
from roadworthy.evals.summary import summarise
from roadworthy.gates.decide import decide, verdict_of
from roadworthy.gates.inputs import AssessmentRef
from roadworthy.gates.model import RuleOutcome, Validity, Verdict
from roadworthy.policy.ports import Broken, Missing, Truth

LETS_THROUGH = {Verdict.SHIP, Verdict.CONDITIONS}


# --- policy


def test_a_policy_without_a_rule_cannot_tell():
    decision = judge(binding=policy())

    assert decision.verdict is Verdict.CANNOT_TELL
    assert "empty policy" in decision.summary


@pytest.mark.parametrize("condition", ["false", "system.purpose == 'something else'"])
def test_rules_that_all_do_not_apply_cannot_tell(condition):
    assert judge(rule(applies_when=condition)).verdict is Verdict.CANNOT_TELL


def test_a_manifest_that_names_no_pack_is_refused(tmp_path, capsys):
    root = write_system(tmp_path / "desk")
    text = (root / "roadworthy.yaml").read_text()
    (root / "roadworthy.yaml").write_text(text.replace("packs: [packs/desk]", "packs: []"))
    rw(["assess", "--root", str(root)])

    assert rw(["gate", "--root", str(root)]) == 2
    assert "no rule is in force" in capsys.readouterr().err


class Says:
    """A language of conditions that gives one answer to everything."""

    def __init__(self, truth: Truth) -> None:
        self._truth = truth

    def problem(self, expression: str) -> str | None:
        return None

    def evaluate(self, expression: str, facts: Mapping[str, JsonValue]) -> Truth:
        return self._truth


@pytest.mark.parametrize(
    ("truth", "outcome"),
    [(Broken(reason="it broke"), RuleOutcome.ERROR), (Missing(reason="not stated"), RuleOutcome.MISSING)],
)
def test_a_condition_that_breaks_or_cannot_be_answered_is_no_pass(truth, outcome):
    binding = policy(rule(fact_check("true")))
    like = judge(binding=binding)
    decision = decide(
        id=like.id,
        release=_release(),
        policy=binding,
        policy_digest=like.policy,
        assessment=AssessmentRef(digest=like.assessment, expires_at=NOW + timedelta(days=1)),
        facts={},
        tasks=(),
        evidence=(),
        conditions=Says(truth),
        now=NOW,
    )

    assert decision.results[0].outcome is outcome
    assert decision.verdict is Verdict.CANNOT_TELL


def _release():
    from fakes.gate_world import release

    return release()


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param("system.markets > 3", id="wrong type"),
        pytest.param("system.owner != ''", id="fact not stated"),
        pytest.param("size(components[7].uses) == 0", id="beyond the end"),
        pytest.param("1 / 0 == 1", id="division by zero"),
        pytest.param("system.", id="does not compile"),
        pytest.param("unknown.fact", id="unknown variable"),
        pytest.param("'text'", id="no boolean"),
    ],
)
def test_a_broken_condition_lets_nothing_through(condition):
    asked = judge(rule(fact_check(condition)))
    switched = judge(rule(fact_check("true"), applies_when=condition))

    assert {asked.verdict, switched.verdict} == {Verdict.CANNOT_TELL}


# --- evidence


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param((), id="none"),
        pytest.param(held(run_evidence(age=timedelta(days=31))), id="too old"),
        pytest.param(held(run_evidence(age=timedelta(minutes=-1))), id="from the future"),
        pytest.param(held(run_evidence(measurement(failures=0, trials=0, attempted=100))), id="nothing assessed"),
        pytest.param(held(run_evidence(measurement(failures=0, trials=70, attempted=100))), id="too little coverage"),
        pytest.param(held(run_evidence(measurement(failures=0, trials=29))), id="too few"),
        pytest.param(held(run_evidence(task_ref=task(digest="another"))), id="of another task"),
        pytest.param(held(declared()), id="of another kind"),
    ],
)
def test_evidence_that_shows_too_little_lets_nothing_through(pieces):
    assert judge(evidence=pieces).verdict is Verdict.CANNOT_TELL


def test_evidence_that_nobody_signed_never_counts():
    decision = judge(evidence=held(run_evidence(), verified=False))

    assert decision.results[0].evidence[0].validity is Validity.UNVERIFIABLE
    assert decision.verdict is Verdict.CANNOT_TELL


def test_a_declaration_that_refutes_blocks_whatever_others_say():
    from roadworthy.core.evidence import Declaration

    no = declared(id="ev_no", declaration=Declaration(statement="it is missing", author="x", supports=False))
    decision = judge(rule(evidence_check()), evidence=held(declared(), no))

    assert decision.verdict is Verdict.BLOCKED


def test_a_rule_whose_category_no_task_measures_is_missing():
    decision = judge(rule(measure_check(category="grounding")), evidence=held(run_evidence()))

    assert decision.results[0].outcome is RuleOutcome.MISSING


def test_past_its_assessment_nothing_ships():
    pieces = held(run_evidence())

    assert judge(evidence=pieces).verdict is Verdict.SHIP
    assert judge(evidence=pieces, expires_at=NOW).verdict is Verdict.CANNOT_TELL


def test_a_record_that_was_changed_is_an_error_and_not_an_absence(tmp_path, capsys):
    root = write_system(tmp_path / "desk")
    at = ["--root", str(root)]
    assert [rw([*command, *at]) for command in (["assess"], ["eval", "run"], ["gate"])] == [0, 0, 0]
    with sqlite3.connect(root / ".roadworthy" / "ledger.sqlite") as db:
        db.execute("DROP TRIGGER records_are_immutable")
        digest, body = db.execute("SELECT digest, body FROM records WHERE kind = 'evidence'").fetchone()
        db.execute(
            "UPDATE records SET body = ? WHERE digest = ?", (body.replace(b'"failure"', b'"success"') + b" ", digest)
        )
    capsys.readouterr()

    assert rw(["gate", *at]) == 3
    assert "its digest does not hold" in capsys.readouterr().err


def test_a_signature_that_does_not_hold_makes_evidence_unverifiable(tmp_path):
    root = write_system(tmp_path / "desk")
    at = ["--root", str(root)]
    assert [rw([*command, *at]) for command in (["assess"], ["eval", "run"], ["gate"])] == [0, 0, 0]
    for name in ("signing-key.pem", "signing-key.pub.pem"):
        (root / ".roadworthy" / "keys" / name).rename(tmp_path / name)

    assert rw(["gate", *at]) == 3


# --- measuring


class Crashes:
    name = "says_answer"
    version = "1"

    def score(self, sample, response):
        raise ZeroDivisionError("a bug in a scorer")


class Lies:
    name = "says_answer"
    version = "1"

    def score(self, sample, response):
        return True


def measured(scorer, *, script=None):
    made = make_task(40)
    plan = make_plan(made)
    store = MemoryRunStore()
    journal = store.register(plan)
    asyncio.run(
        carry_out(
            made,
            plan=plan,
            target=ScriptedTarget(script),
            scorers=(scorer,),
            journal=journal,
            cache=None,
            clock=TickingClock(),
            concurrency=4,
            retries=RetryPolicy(max_attempts=1),
            on_result=lambda _: None,
        )
    )
    result, _ = summarise(plan, journal.results(), journal_digest=journal.digest(), target_digest=digest_of("target"))
    return result, journal


@pytest.mark.parametrize("scorer", [Crashes(), Lies()], ids=["crashes", "returns a boolean"])
def test_a_scorer_that_breaks_is_unassessed_and_never_ships(scorer):
    result, journal = measured(scorer)
    pieces = held(run_evidence(*(m for m in result.measurements if m.slice == "all")))

    assert {type(score.outcome) for line in journal.results() for score in line.scores} == {Unassessed}
    assert {(m.numerator, m.denominator) for m in result.measurements} == {(0, 0)}
    assert judge(rule(measure_check(metric="says_answer")), evidence=pieces).verdict is Verdict.CANNOT_TELL


def test_a_target_that_does_not_answer_counts_against_coverage():
    result, _ = measured(SaysAnswer(), script=lambda request, _: NoReply(reason="connection refused"))

    assert {(m.denominator, m.coverage) for m in result.measurements} == {(0, 0.0)}
    assert result.errors == 40


@pytest.mark.parametrize("spec", [ScorerSpec(kind="refusall"), ScorerSpec(kind="exact", options={"forgive": True})])
def test_an_unknown_scorer_or_option_is_an_error_before_anything_is_asked(spec):
    with pytest.raises(TaskError, match=r"unknown"):
        build(spec)


# --- verdicts


class Result:
    """As much of a rule's result as the verdict looks at."""

    exceptions: tuple[str, ...] = ()
    bar_moved = False

    def __init__(self, severity: Severity, outcome: RuleOutcome) -> None:
        self.severity = severity
        self.outcome = outcome


RESULTS = st.lists(st.builds(Result, st.sampled_from(Severity), st.sampled_from(RuleOutcome)), max_size=6)
HOLDS = {RuleOutcome.PASS, RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING}


@given(RESULTS, st.booleans())
def test_a_release_goes_through_only_when_every_blocking_rule_holds_and_some_rule_was_judged(results, expired):
    verdict = verdict_of(results, assessment_expired=expired)

    if verdict in LETS_THROUGH:
        assert not expired
        assert {r.outcome for r in results if r.severity is Severity.BLOCK} <= HOLDS
        assert any(r.outcome not in (RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING) for r in results)


@given(RESULTS, st.booleans())
def test_a_rule_that_does_not_hold_never_helps(results, expired):
    before = verdict_of(results, assessment_expired=expired)
    worse = [*results, Result(Severity.BLOCK, RuleOutcome.ERROR)]

    assert verdict_of(worse, assessment_expired=expired) not in LETS_THROUGH
    assert before is not Verdict.BLOCKED or verdict_of(worse, assessment_expired=expired) is Verdict.BLOCKED


def test_only_ship_and_conditions_exit_with_success():
    assert {v for v in Verdict if v.exit_code == 0} == LETS_THROUGH
    assert len({v.exit_code for v in Verdict if v not in LETS_THROUGH}) == 2


def test_no_error_exits_with_success():
    def below(kind: type[RoadworthyError]):
        return [kind, *itertools.chain.from_iterable(below(child) for child in kind.__subclasses__())]

    assert {kind.exit_code for kind in below(errors.RoadworthyError)} <= {1, 2, 3}


def test_a_repository_without_anything_exits_with_no_success(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    commands = ["assess", "plan", "gate", "why", "pack", "controls", "freeze"]

    assert {rw([command, "--root", str(tmp_path / "empty")]) for command in commands} == {2}
