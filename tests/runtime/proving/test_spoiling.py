"""Each way to spoil evidence makes the rule that rests on it say why it no longer counts."""

import pytest

from fakes.provable_system import write_provable
from roadworthy.adapters.clock import FixedClock, SystemClock
from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.core.severity import Severity
from roadworthy.gates.model import RuleOutcome
from roadworthy.policy.faults import EditTask, Fault, LoosenPolicy, SpoilAssessment, SpoilEvidence
from roadworthy.runtime.gating import judge_candidate
from roadworthy.runtime.proving.baseline import make_clean
from roadworthy.runtime.proving.places import NoPlaceError
from roadworthy.runtime.proving.planting import Planter
from roadworthy.runtime.proving.scratch import scratch_copy
from roadworthy.runtime.workspace import Workspace


@pytest.fixture(scope="module")
def planter(tmp_path_factory):
    root = write_provable(tmp_path_factory.mktemp("system"))
    original = Workspace(root=root, clock=FixedClock(at=SystemClock().now()), environ={})
    manifest = load_manifest(original.manifest_path)
    packs = {reference: original.packs.load(reference) for reference in manifest.policy.packs}
    with scratch_copy(root, manifest) as scratch:
        clean = make_clean(original, scratch, packs=tuple(packs), repairs=())
        assert {result.outcome for result in clean.decision.results} == {RuleOutcome.PASS}
        yield Planter(scratch, clean, packs)


def said(planter, rule, *edits):
    """What the rule says with ``edits`` planted: its outcome, its reason and its result."""
    with planter.planted(Fault(id="f", title="t", harm="h", caught_by=(rule,), plant=edits)) as copy:
        decision = judge_candidate(copy).decision
    result = next(result for result in decision.results if result.rule == rule)
    return result.outcome, result.reason, result


@pytest.mark.parametrize(
    ("how", "outcome", "reason"),
    [
        pytest.param("remove", RuleOutcome.MISSING, "there is no evidence", id="removed"),
        pytest.param("expire", RuleOutcome.STALE, "days old; the policy allows", id="expired"),
        pytest.param("post_date", RuleOutcome.STALE, "dated in the future", id="post-dated"),
        pytest.param("forge", RuleOutcome.STALE, "signature or digest does not hold", id="forged"),
        pytest.param("unsigned", RuleOutcome.STALE, "signature or digest does not hold", id="unsigned"),
        pytest.param("other_release", RuleOutcome.STALE, "changed", id="of another release"),
        pytest.param("refute", RuleOutcome.FAIL, "refute it", id="refuted"),
    ],
)
def test_a_spoilt_declaration_does_not_count_and_says_why(planter, how, outcome, reason):
    found, text, _ = said(planter, "desk/runbook-present", SpoilEvidence(type="document:runbook", how=how))

    assert found is outcome
    assert reason in text


@pytest.mark.parametrize(
    ("how", "outcome", "reason"),
    [
        pytest.param("expire", RuleOutcome.STALE, "days old; the policy allows", id="expired"),
        pytest.param("post_date", RuleOutcome.STALE, "dated in the future", id="post-dated"),
        pytest.param("forge", RuleOutcome.STALE, "signature or digest does not hold", id="forged"),
        pytest.param("unsigned", RuleOutcome.STALE, "signature or digest does not hold", id="unsigned"),
        pytest.param("other_release", RuleOutcome.STALE, "changed", id="of another release"),
        pytest.param("regress", RuleOutcome.FAIL, "must be ≤ 20 %", id="worse"),
        pytest.param("shrink", RuleOutcome.UNDERPOWERED, "more samples would decide", id="too small"),
    ],
)
def test_a_spoilt_run_does_not_count_and_says_why(planter, how, outcome, reason):
    found, text, _ = said(planter, "desk/answers-right", SpoilEvidence(type="eval:quality", how=how))

    assert found is outcome
    assert reason in text


def test_a_run_that_was_registered_and_whose_result_is_gone_is_missed(planter):
    found, _, _ = said(planter, "desk/answers-right", SpoilEvidence(type="eval:quality", how="remove"))

    assert found in (RuleOutcome.MISSING, RuleOutcome.STALE)


def test_a_bar_that_was_moved_after_the_run_is_held_as_it_was_registered(planter):
    outcome, reason, result = said(
        planter,
        "desk/answers-right",
        SpoilEvidence(type="eval:quality", how="regress", rate=0.6),
        LoosenPolicy(rule="desk/answers-*", field="threshold", value=0.95),
    )

    assert outcome is RuleOutcome.FAIL
    assert "loosened after the run was registered" in reason
    assert result.bar_moved


def test_a_severity_that_was_lowered_after_the_run_stays_as_it_was_registered(planter):
    _, _, result = said(
        planter,
        "desk/answers-right",
        SpoilEvidence(type="eval:quality", how="regress"),
        LoosenPolicy(rule="desk/answers-right", field="severity", value="info"),
    )

    assert (result.severity, result.bar_moved) == (Severity.BLOCK, True)


@pytest.mark.parametrize(
    ("how", "outcome"),
    [
        ("drop_samples", RuleOutcome.STALE),
        ("change_samples", RuleOutcome.STALE),
        ("exchange_graders", RuleOutcome.STALE),
        ("remove", RuleOutcome.MISSING),
    ],
)
def test_a_task_that_is_changed_after_its_run_needs_another_run(planter, how, outcome):
    found, _, _ = said(planter, "desk/answers-right", EditTask(category="quality", how=how))

    assert found is outcome


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        pytest.param(SpoilEvidence(type="review:never", how="remove"), "no evidence of type", id="evidence"),
        pytest.param(SpoilEvidence(type="document:runbook", how="shrink"), "measures nothing", id="no figures"),
        pytest.param(EditTask(category="jailbreak", how="remove"), "no task measures jailbreak", id="a task"),
        pytest.param(LoosenPolicy(rule="desk/never", field="threshold", value=1), "no pack .* rule", id="a rule"),
        pytest.param(LoosenPolicy(rule="desk/owner-named", field="colour", value=1), "`colour`", id="a field"),
    ],
)
def test_what_is_not_there_cannot_be_spoilt(planter, edit, reason):
    with pytest.raises(NoPlaceError, match=reason):
        said(planter, "desk/owner-named", edit)


def test_an_assessment_that_expired_lets_nothing_through(planter):
    fault = Fault(
        id="f", title="t", harm="h", caught_by=("desk/owner-named",), plant=(SpoilAssessment(how="expire"),), stops=True
    )
    with planter.planted(fault) as copy:
        decision = judge_candidate(copy).decision

    assert (decision.verdict, "expired" in decision.summary) == ("cannot_tell", True)
