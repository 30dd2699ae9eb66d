from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.gate_world import (
    FACTS,
    NOW,
    bar,
    component,
    declared,
    evidence_check,
    fact_check,
    held,
    judge,
    measure_check,
    measurement,
    policy,
    release,
    rule,
    run_evidence,
    task,
)
from roadworthy.core.digest import digest_of
from roadworthy.core.evidence import Declaration
from roadworthy.core.severity import Severity
from roadworthy.gates.decide import verdict_of
from roadworthy.gates.model import RuleOutcome, Validity, Verdict


def outcome(decision, index: int = 0) -> RuleOutcome:
    return decision.results[index].outcome


@pytest.mark.parametrize(
    ("failures", "trials", "attempted", "want"),
    [
        pytest.param(0, 100, 100, RuleOutcome.PASS, id="bound below the bar"),
        pytest.param(0, 59, 59, RuleOutcome.PASS, id="fewest trials without a failure that show 5 % at 95 %"),
        pytest.param(0, 58, 58, RuleOutcome.UNDERPOWERED, id="one trial fewer"),
        pytest.param(0, 29, 29, RuleOutcome.UNDERPOWERED, id="below the minimum"),
        pytest.param(31, 120, 120, RuleOutcome.FAIL, id="refuted"),
        pytest.param(5, 5, 5, RuleOutcome.FAIL, id="refuted by few"),
        pytest.param(3, 100, 100, RuleOutcome.UNDERPOWERED, id="mean passes, bound does not"),
        pytest.param(0, 100, 112, RuleOutcome.UNDERPOWERED, id="coverage just short"),
        pytest.param(0, 100, 111, RuleOutcome.PASS, id="coverage just there"),
        pytest.param(0, 0, 50, RuleOutcome.MISSING, id="nothing assessed"),
    ],
)
def test_a_rate_is_judged_on_its_bounds(failures, trials, attempted, want):
    piece = run_evidence(measurement(failures=failures, trials=trials, attempted=attempted))

    assert outcome(judge(evidence=held(piece))) is want


def test_success_rates_are_judged_on_the_lower_bound():
    check = measure_check(rate="success", comparator=">=", threshold=0.9)
    decide_with = lambda failures: judge(  # noqa: E731 - a table in one line
        rule(check),
        evidence=held(
            run_evidence(measurement(failures=failures, trials=100), bars=(bar(comparator=">=", threshold=0.9),))
        ),
    )

    assert outcome(decide_with(1)) is RuleOutcome.PASS
    assert outcome(decide_with(8)) is RuleOutcome.UNDERPOWERED
    assert outcome(decide_with(30)) is RuleOutcome.FAIL


def test_an_underpowered_rule_says_how_many_more_samples_decide():
    result = judge(evidence=held(run_evidence(measurement(failures=0, trials=40)))).results[0]

    assert result.judged[0].needed == 19
    assert "19 more samples" in result.reason


def test_every_scorer_of_the_task_must_meet_the_bar():
    piece = run_evidence(
        measurement(failures=0, trials=100), measurement(failures=60, trials=100, metric="prompt_leak")
    )

    assert outcome(judge(evidence=held(piece))) is RuleOutcome.FAIL
    assert outcome(judge(rule(measure_check(metric="canary_leak")), evidence=held(piece))) is RuleOutcome.PASS


def test_a_slice_that_fails_fails_the_rule_only_where_slices_are_asked_for():
    piece = run_evidence(
        measurement(failures=10, trials=1000), measurement(failures=10, trials=40, slice="language=de")
    )

    assert outcome(judge(evidence=held(piece))) is RuleOutcome.PASS
    assert outcome(judge(rule(measure_check(slices=("language",))), evidence=held(piece))) is RuleOutcome.FAIL


def test_running_again_until_it_passes_does_not_help():
    bad = run_evidence(measurement(failures=40, trials=100), age=timedelta(days=2), id="ev_bad")
    lucky = run_evidence(measurement(failures=0, trials=100), age=timedelta(days=1), id="ev_lucky")

    assert outcome(judge(evidence=held(bad, lucky))) is RuleOutcome.FAIL


def test_a_newer_run_mends_the_coverage_of_an_older_one():
    outage = run_evidence(measurement(failures=0, trials=20, attempted=100), age=timedelta(days=2), id="ev_outage")
    good = run_evidence(measurement(failures=0, trials=100), age=timedelta(days=1), id="ev_good")

    assert outcome(judge(evidence=held(outage, good))) is RuleOutcome.PASS


@pytest.mark.parametrize(
    ("condition", "want"),
    [
        ("system.key == 'desk'", RuleOutcome.PASS),
        ("system.key == 'other'", RuleOutcome.FAIL),
        ("system.owner == 'somebody'", RuleOutcome.MISSING),
        ("system.key > 3", RuleOutcome.ERROR),
    ],
)
def test_facts_are_three_valued(condition, want):
    assert outcome(judge(rule(fact_check(condition)))) is want


def test_a_rule_is_not_switched_off_by_a_fact_that_is_not_stated():
    silent = judge(rule(applies_when="system.decision_effect == 'acts'"))
    stated = judge(
        rule(applies_when="system.decision_effect == 'acts'"),
        facts=FACTS | {"system": FACTS["system"] | {"decision_effect": "informs"}},
    )

    assert outcome(silent) is RuleOutcome.MISSING
    assert outcome(stated) is RuleOutcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("age", "want"),
    [
        pytest.param(timedelta(days=30), RuleOutcome.PASS, id="on the age limit"),
        pytest.param(timedelta(days=30, seconds=1), RuleOutcome.STALE, id="just past it"),
        pytest.param(timedelta(seconds=-1), RuleOutcome.STALE, id="dated in the future"),
    ],
)
def test_declarations_age(age, want):
    assert outcome(judge(rule(evidence_check()), evidence=held(declared(age=age)))) is want


def test_a_declaration_of_other_facts_does_not_count():
    other = declared(of=release(facts="others"))

    assert outcome(judge(rule(evidence_check()), evidence=held(other))) is RuleOutcome.STALE


def test_one_refuting_declaration_fails_the_rule():
    no = declared(id="ev_no", declaration=Declaration(statement="it is empty", author="b", supports=False))

    assert outcome(judge(rule(evidence_check()), evidence=held(declared(), no))) is RuleOutcome.FAIL


def test_a_declared_document_that_changed_does_not_count():
    piece = declared(declaration=Declaration(statement="x", author="a", document_digest=digest_of("old")))
    now_same = judge(
        rule(evidence_check()), evidence=held(piece), facts=FACTS | {"documents": {"runbook": digest_of("old")}}
    )
    changed = judge(
        rule(evidence_check()), evidence=held(piece), facts=FACTS | {"documents": {"runbook": digest_of("new")}}
    )

    assert outcome(now_same) is RuleOutcome.PASS
    assert outcome(changed) is RuleOutcome.STALE


def test_evidence_that_did_not_see_a_component_now_in_use_is_stale():
    before = release(component("agent", type="agent", uses=("answer",)), component("answer"))
    after = release(
        component("agent", type="agent", uses=("answer", "helper")), component("answer"), component("helper")
    )
    piece = run_evidence(of=before)

    decision = judge(evidence=held(piece), of=after)

    assert outcome(decision) is RuleOutcome.STALE
    assert decision.results[0].evidence[0].validity is Validity.SUBJECT_CHANGED


def test_a_change_elsewhere_leaves_evidence_valid():
    after = release(
        component("agent", type="agent", uses=("answer", "model")),
        component("answer"),
        component("model", type="hosted_model"),
        component("other", content="edited"),
    )

    assert outcome(judge(evidence=held(run_evidence()), of=after)) is RuleOutcome.PASS


@pytest.mark.parametrize(
    ("rules", "evidence", "want"),
    [
        pytest.param([rule()], [run_evidence()], Verdict.SHIP, id="all hold"),
        pytest.param([rule()], [], Verdict.CANNOT_TELL, id="nothing known"),
        pytest.param([rule()], [run_evidence(measurement(failures=50, trials=100))], Verdict.BLOCKED, id="refuted"),
        pytest.param(
            [rule(), rule(fact_check("system.owner == 'x'"), id="base/owner")],
            [run_evidence(measurement(failures=50, trials=100))],
            Verdict.BLOCKED,
            id="refuted and unknown",
        ),
        pytest.param(
            [rule(), rule(fact_check("system.key == 'x'"), id="base/warned", severity=Severity.WARN)],
            [run_evidence()],
            Verdict.CONDITIONS,
            id="a warning is owed",
        ),
        pytest.param(
            [rule(), rule(fact_check("system.owner == 'x'"), id="base/warned", severity=Severity.WARN)],
            [run_evidence()],
            Verdict.CONDITIONS,
            id="a warning that cannot be told is owed",
        ),
        pytest.param(
            [rule(), rule(fact_check("system.key == 'x'"), id="base/info", severity=Severity.INFO)],
            [run_evidence()],
            Verdict.SHIP,
            id="information changes nothing",
        ),
        pytest.param([rule(applies_when="false")], [], Verdict.CANNOT_TELL, id="no rule applies"),
    ],
)
def test_verdict(rules, evidence, want):
    assert judge(*rules, evidence=held(*evidence)).verdict is want


def test_exit_codes_tell_blocked_from_cannot_tell():
    assert [v.exit_code for v in Verdict] == [0, 0, 1, 3]


def test_an_expired_assessment_ships_nothing():
    decision = judge(evidence=held(run_evidence()), expires_at=NOW)

    assert decision.verdict is Verdict.CANNOT_TELL
    assert "assessment has expired" in decision.summary


def test_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="timezone-aware"):
        judge(now=NOW.replace(tzinfo=None))


def test_the_decision_ends_with_the_first_evidence_that_it_rests_on():
    decision = judge(evidence=held(run_evidence(age=timedelta(days=10))))

    assert decision.valid_until == NOW + timedelta(days=20)


def test_foreign_evidence_changes_no_result():
    stranger = run_evidence(task_ref=task(id="another", category="quality"), id="ev_stranger")

    assert judge(evidence=held(run_evidence(), stranger)).results == judge(evidence=held(run_evidence())).results


_pieces = st.lists(
    st.builds(
        lambda failures, trials, days, i: run_evidence(
            measurement(failures=min(failures, trials), trials=trials), age=timedelta(days=days), id=f"ev_{i}"
        ),
        st.integers(0, 50),
        st.integers(1, 120),
        st.integers(-2, 40),
        st.integers(0, 5),
    ),
    max_size=4,
)


@settings(max_examples=40)
@given(_pieces, st.randoms(use_true_random=False))
def test_the_order_of_evidence_does_not_matter(pieces, random):
    shuffled = list(pieces)
    random.shuffle(shuffled)

    assert judge(evidence=held(*pieces)) == judge(evidence=held(*shuffled))


@settings(max_examples=40)
@given(_pieces)
def test_deciding_twice_gives_the_same_decision(pieces):
    assert judge(evidence=held(*pieces)) == judge(evidence=held(*pieces))


@settings(max_examples=40)
@given(_pieces)
def test_evidence_whose_signature_does_not_hold_never_passes(pieces):
    assert judge(evidence=held(*pieces, verified=False)).verdict is not Verdict.SHIP


@given(st.lists(st.sampled_from(list(RuleOutcome)), min_size=1, max_size=6))
def test_a_verdict_ships_only_when_every_blocking_rule_lets_it(outcomes):
    base = judge(rule(fact_check("true"))).results[0]
    results = [replace(base, outcome=o) for o in outcomes]
    lets = {RuleOutcome.PASS, RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING}

    assert (verdict_of(results) in (Verdict.SHIP, Verdict.CONDITIONS)) == (
        set(outcomes) <= lets and RuleOutcome.PASS in outcomes
    )


def test_bars_registered_before_the_run_travel_with_the_result():
    moved = judge(evidence=held(run_evidence(bars=(bar(threshold=0.01),)))).results[0]

    assert moved.bar_moved
    assert moved.judged[0].threshold == 0.01


def test_a_new_run_under_a_looser_bar_does_not_launder_an_older_one():
    old = run_evidence(measurement(failures=6, trials=100), age=timedelta(days=2), id="ev_old")
    new = run_evidence(
        measurement(failures=6, trials=100), age=timedelta(days=1), id="ev_new", bars=(bar(threshold=0.3),)
    )
    result = judge(rule(measure_check(threshold=0.3)), evidence=held(old, new)).results[0]

    assert result.bar_moved
    assert result.judged[0].threshold == 0.05
    assert result.outcome is not RuleOutcome.PASS


@pytest.mark.parametrize(
    "bars",
    [
        pytest.param((), id="never registered"),
        pytest.param((bar(rule="base/renamed"),), id="registered under another name"),
        pytest.param((bar(comparator=">=", threshold=0.9),), id="turned round"),
    ],
)
def test_a_run_cannot_answer_to_a_bar_that_was_not_registered_before_it(bars):
    result = judge(evidence=held(run_evidence(bars=bars))).results[0]

    assert result.outcome is RuleOutcome.STALE
    assert result.bar_moved


def test_a_severity_lowered_after_the_run_keeps_its_weight():
    piece = run_evidence(measurement(failures=50, trials=100))
    decision = judge(rule(severity=Severity.WARN), evidence=held(piece))

    assert decision.results[0].severity is Severity.BLOCK
    assert decision.results[0].bar_moved
    assert decision.verdict is Verdict.BLOCKED


def test_a_slice_that_no_sample_is_labelled_with_is_missing():
    result = judge(rule(measure_check(slices=("language",))), evidence=held(run_evidence())).results[0]

    assert result.outcome is RuleOutcome.MISSING
    assert "no sample is labelled with language" in result.reason


def test_a_run_that_was_begun_and_not_finished_must_be_finished():
    ref = replace(task(), unfinished=("run_01ARZ3NDEKTSV4RRFFQ69G5FAV",))
    decision = judge(evidence=held(run_evidence()), tasks=(ref,))

    assert decision.verdict is Verdict.CANNOT_TELL
    assert decision.results[0].command == "rw eval run --resume"


def test_answers_of_another_target_do_not_count():
    ref = replace(task(), target=task().digest)
    result = judge(evidence=held(run_evidence()), tasks=(ref,)).results[0]

    assert result.evidence[0].validity is Validity.TARGET_CHANGED


def test_the_decision_ends_with_the_oldest_run_that_it_rests_on():
    other = task(id="other-docs")
    pieces = held(
        run_evidence(age=timedelta(days=20), id="ev_a"), run_evidence(task_ref=other, age=timedelta(days=1), id="ev_b")
    )
    decision = judge(evidence=pieces, tasks=(task(), other))

    assert decision.valid_until == NOW + timedelta(days=10)


def test_a_declared_document_that_is_gone_does_not_count():
    piece = declared(declaration=Declaration(statement="x", author="a", document_digest=digest_of("old")))

    assert outcome(judge(rule(evidence_check()), evidence=held(piece))) is RuleOutcome.STALE


def test_policy_of_one_rule_lists_it():
    assert [r.id for r in policy(rule()).rules] == ["base/injection"]
