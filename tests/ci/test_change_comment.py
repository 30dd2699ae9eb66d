"""The comment on a change: says what changed, is inert whatever a name contains, and never too long."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.gate_world import NOW, component, release
from roadworthy.approvals.standing import ConsentStanding, ConsentState, OpenCondition
from roadworthy.core.digest import digest_of
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.evidence.documents.change_comment import (
    MARKER,
    MAX_CHARACTERS,
    LeftOut,
    SystemOutcome,
    TaskOutcome,
    TaskState,
    change_comment,
)
from roadworthy.exceptions.model import ExceptionStanding, ExceptionState, ReasonCode
from roadworthy.gates.model import GateDecision, RuleOutcome, RuleResult, Verdict
from roadworthy.governance.model import ConsentKind
from roadworthy.inventory.diff import diff
from roadworthy.policy.model import Area

NOTHING = digest_of({})
HOSTILE = "@all <script>x</script> ![i](https://evil.example/p.png) `a` | b\n/close #12 www.evil.example \u202eback"


def result(rule: str = "desk/one", outcome: RuleOutcome = RuleOutcome.PASS, **changes: object) -> RuleResult:
    values: dict[str, object] = {
        "control": "desk/control", "title": "A control", "area": Area.EVALUATION, "severity": Severity.BLOCK,
        "reason": "3 of 4 failed", "requirement": "Verify it.", "serves": (), "command": "rw eval run one",
    }  # fmt: skip
    return RuleResult(rule=rule, outcome=outcome, **(values | changes))


def decision(*results: RuleResult, verdict: Verdict = Verdict.SHIP, **changes: object) -> GateDecision:
    values: dict[str, object] = {
        "id": "decision_1", "system": "desk", "version": "1", "release": release().digest, "tier": RiskTier.HIGH,
        "summary": "every rule holds", "policy": NOTHING, "assessment": NOTHING, "facts": NOTHING,
        "evidence_set": NOTHING, "tasks": NOTHING, "decided_at": NOW, "valid_until": NOW + timedelta(days=9),
        "evaluator": "gate/1",
    }  # fmt: skip
    return GateDecision(results=results, verdict=verdict, **(values | changes))


def outcome(now: GateDecision | None, before: GateDecision | None = None, **changes: object) -> SystemOutcome:
    code = now.verdict.exit_code if now is not None else 2
    values: dict[str, object] = {"system": "desk", "folder": ".", "exit_code": code}
    return SystemOutcome(decision=now, previous=before, **(values | changes))


def consent(state: ConsentState, **changes: object) -> ConsentStanding:
    return ConsentStanding(
        kind=ConsentKind.RELEASE, state=state, payload=NOTHING, request=None, reason="two still have to look", **changes
    )


def exception(id: str, *, state: ExceptionState = ExceptionState.ACTIVE, **changes: object) -> ExceptionStanding:
    values: dict[str, object] = {
        "digest": NOTHING, "in_scope": True, "effective": state is ExceptionState.ACTIVE, "reason": "its time is over",
        "rules": ("desk/one",), "waived": ("desk/one",), "reason_code": ReasonCode.LEGACY, "expires_at": NOW,
        "requested_by": "ann", "consent": consent(ConsentState.APPROVED),
    }  # fmt: skip
    return ExceptionStanding(id=id, state=state, **(values | changes))


def test_a_rule_whose_outcome_changed_is_named_with_both_and_one_that_did_not_is_not() -> None:
    before = decision(result("desk/one"), result("desk/two"), result("desk/gone"))
    now = decision(
        result("desk/one", RuleOutcome.FAIL), result("desk/two"), result("desk/new"), verdict=Verdict.BLOCKED
    )

    text = change_comment([outcome(now, before)])

    assert text.startswith(f"{MARKER}\n## ⛔ Blocked: desk 1\n")
    assert "- desk/one: ✅ Holds → ⛔ Refuted" in text
    assert "- desk/new: not there → ✅ Holds" in text
    assert "- desk/gone: ✅ Holds → no longer asked" in text
    assert "desk/two" not in text
    assert "Run <code>rw eval run one</code>" in text


def test_changed_components_reuse_and_runs_are_said() -> None:
    old, new = release(component("answer"), component("model")), release(component("answer", content="v2"))
    tasks = (
        TaskOutcome(task="one", state=TaskState.RUN, reason="component answer changed"),
        TaskOutcome(task="two", state=TaskState.REUSED, reason="valid"),
        TaskOutcome(task="three", state=TaskState.FAILED, reason="it was never run"),
    )

    text = change_comment([outcome(decision(result()), decision(result()), difference=diff(old, new), tasks=tasks)])

    assert "- prompt: **answer** changed" in text
    assert "- prompt: **model** removed" in text
    assert "**Evidence: 1 of 3 evaluations reused**" in text
    assert "- one run: component answer changed" in text
    assert "- three not carried to its end: it was never run" in text


def test_exceptions_that_came_went_or_ended_are_said() -> None:
    before = decision(result(), exceptions=(exception("exc_old"), exception("exc_gone")))
    ended = exception("exc_old", state=ExceptionState.EXPIRED)
    now = decision(result(exceptions=("exc_new",)), exceptions=(ended, exception("exc_new")))

    text = change_comment([outcome(now, before)]).replace("\\", "")

    assert "- exc_old: was active, expired, does not count: its time is over" in text
    assert "- exc_new: new, lets through desk/one" in text
    assert "- exc_gone: gone" in text


def test_approvals_that_are_missing_or_void_are_said_and_those_in_force_are_not() -> None:
    open_ = consent(ConsentState.VOIDED, missing=("legal", "risk_reviewer"), changed=("release",))
    due = OpenCondition(approval="a", text="watch it", due=date(2026, 7, 1))

    text = change_comment([outcome(decision(result(), consent=open_))]).replace("\\", "")
    owed = change_comment([outcome(decision(result(), consent=consent(ConsentState.APPROVED, conditions=(due,))))])

    assert "- voided: two still have to look" in text
    assert "- missing: legal, risk_reviewer" in text
    assert "- changed since they looked: release" in text
    assert "- condition due 2026-07-01: watch it" in owed
    assert "Approvals" not in change_comment([outcome(decision(result(), consent=consent(ConsentState.APPROVED)))])


def test_without_a_decision_the_problem_is_said_and_nothing_reads_as_a_pass() -> None:
    text = change_comment([outcome(None, problems=("[roadworthy.manifest] it does not load",))])

    assert "## ❓ No decision: desk" in text
    assert "it does not load" in text
    assert "✅" not in text


def test_no_system_touched_is_said_with_what_was_left_out() -> None:
    text = change_comment([], [LeftOut(name="shop (services/shop)", reason="none of the 1 changed files is there")])

    assert "no system is touched by this change" in text
    assert "services/shop" in text


def test_nothing_in_a_name_is_markup_a_mention_a_link_or_a_command() -> None:
    bad = result(HOSTILE, RuleOutcome.FAIL, title=HOSTILE, reason=HOSTILE, command=HOSTILE)
    now = decision(bad, verdict=Verdict.BLOCKED, summary=HOSTILE, system=HOSTILE, version=HOSTILE)
    tasks = (TaskOutcome(task=HOSTILE, state=TaskState.RUN, reason=HOSTILE),)

    text = change_comment(
        [outcome(now, tasks=tasks, problems=(HOSTILE,), folder=HOSTILE)], [LeftOut(name=HOSTILE, reason=HOSTILE)]
    )

    assert "@all" not in text
    assert "<script" not in text
    assert "](" not in text.replace("\\]\\(", "")
    assert "://" not in text
    assert "www.evil" not in text
    assert "\u202e" not in text
    assert not re.search(r"(?m)^/", text)
    assert text.count("<!--") == 1


@settings(max_examples=8)
@given(st.integers(0, 120), st.sampled_from([0, 1, 3, 60]), st.text(max_size=600))
def test_a_comment_is_never_longer_than_platforms_take(rules: int, systems: int, text: str) -> None:
    results = tuple(result(f"desk/{i}", RuleOutcome.FAIL, reason=text, title=text) for i in range(rules))
    now = decision(*results, verdict=Verdict.BLOCKED)
    said = change_comment(
        [outcome(replace(now, system=text or "desk"))] * systems, [LeftOut(name=text, reason=text)] * rules
    )

    assert len(said) <= MAX_CHARACTERS
    assert said.startswith(MARKER)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_its_own_heading(verdict: Verdict) -> None:
    heading = change_comment([outcome(decision(verdict=verdict))]).splitlines()[1]

    others = {
        change_comment([outcome(decision(verdict=other))]).splitlines()[1] for other in Verdict if other != verdict
    }
    assert heading not in others
