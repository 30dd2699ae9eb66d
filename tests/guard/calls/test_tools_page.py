"""The page on `tools`: its policy compiles, its cases are met, and every field, kind and origin is on it."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from fakes.tool_calls import Walk, as_principal, kinds
from roadworthy.adapters.guard.bundles import load_bundle
from roadworthy.adapters.guard.cases import read_cases
from roadworthy.core.errors import ConfigError
from roadworthy.core.severity import RiskTier
from roadworthy.guard.calls.policy import After, Approval, Argument, ArgumentType, Grant, Result, ToolPolicy
from roadworthy.guard.calls.wrong import Wrong
from roadworthy.guard.check.grants import tool_flaws
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.trying.mutation import noticed
from roadworthy.guard.trying.running import asked, lived, misses

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "guard-tools.md").read_text(encoding="utf-8")
POLICY, CASES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def desk(tmp_path):
    written = tmp_path / "desk.yaml"
    written.write_text(POLICY)
    return load_bundle(written, tier=RiskTier.HIGH)


@pytest.fixture
def cases(tmp_path):
    written = tmp_path / "cases.yaml"
    written.write_text(CASES)
    return read_cases(written).value


def test_its_cases_are_met(desk, cases):
    assert [miss for case in cases.cases for miss in misses(desk, asked(case))] == []


def test_its_policy_has_no_flaw(desk):
    assert [flaw.said for flaw in tool_flaws(desk.policy)] == []


def test_its_cases_notice_who_said_the_recipient(desk, cases):
    from fakes.guard_world import LANGUAGE
    from roadworthy.guard.engine.bundle import Bundle, try_compile

    def make(policy):
        made = try_compile(policy, tier=RiskTier.HIGH, language=LANGUAGE)
        return made if isinstance(made, Bundle) else None

    found = noticed(desk.policy, [asked(case) for case in cases.cases], make=make, reasons={}, progress=lambda *_: None)
    mails = {one for one in found.survivors if one.startswith("desk/tools-send-email")}
    assert "desk/tools-send-email: argument recipients: said by anybody" not in mails
    assert "desk/tools-send-email: dropped" not in mails
    assert "desk/tools-send-email: without approval" in mails
    assert found.tried > 60


def test_a_run_before_a_case_is_judged_by_the_policy(desk, cases):
    one = lived(desk, asked(cases.cases[0]))
    assert [made.status.value for made in one.state.run.calls] == ["returned"]
    assert not one.state.run.ledger.trace("mallory@example.net").is_composed


def test_a_refund_needs_all_that_the_page_says(desk):
    walk = Walk(desk, principal=as_principal(id="C-1", roles=("agent",)))
    walk.said("refund 12.5 for my order O-77")
    refund = ("refund", {"order": "O-77", "amount": 12.5})
    assert kinds(walk.copy().call(*refund)) == {"before-missing", "not-yours"}
    walk.did("verify_identity", {"customer": "C-1"}, {"verified": True})
    assert kinds(walk.copy().call("verify_identity", {"customer": "C-2"})) == {"argument-value"}
    walk.did("get_order", {"order": "O-77"}, {"order": "O-77", "customer": "C-1", "total": 300})

    assert kinds(walk.copy().call(*refund)) == set()
    assert kinds(walk.copy().call("refund", {"order": "O-77", "amount": 300})) == {"approval-needed"}
    assert kinds(walk.copy().call("refund", {"order": "O-77", "amount": 13})) == {"origin"}
    walk.did(*refund)
    assert kinds(walk.call(*refund)) == {"repeated"}


@pytest.mark.parametrize("kind", [ToolPolicy, Grant, Argument, After, Approval, Result])
def test_every_field_is_on_the_page(kind):
    assert [one.name for one in fields(kind) if f"`{one.name}`" not in PAGE] == []


@pytest.mark.parametrize("words", [Wrong, ArgumentType, Effect], ids=lambda one: one.__name__)
def test_every_word_is_on_the_page(words):
    assert [one.value for one in words if f"`{one.value}`" not in PAGE] == []


@pytest.mark.parametrize(
    ("old", "new", "line_of", "said"),
    [
        ("pattern: \"O-[0-9]{1,8}\"", "pattern: \"O-[0-9\"", "pattern", "is no RE2 pattern"),
        ("holds: result.verified == true", "holds: result.verified ==", "holds", "does not compile"),
        ("holds: result.verified == true", "holds: call.step == 1", "holds", "`call` is not stated there"),
        ("same_as: principal.id", "same_as: customer", "same_as", "is no fact"),
        ("[user, trusted]", "[user, boss]", "origins", "'boss' is no origin"),
        ("owned: order,", "owned: order, ownd: x,", "ownd", "ownd"),
        ("effects: [pay]", "effects: []", "effects", "must say what the tool does"),
        ("max_steps: 60", "max_steps: 0", "max_steps", "must be >= 1"),
        ("max_repeats: 1\n", "max_repeats: 0\n", "max_repeats", "must be >= 1"),
        ("- {name: subject,", "- {name: subject/,", "name", "is no name of an argument"),
        ("- [de, germany, deutschland]", "- [de]", "same", "at least two words"),
        ("when: \"!call.tainted", "when: \"!segment.tainted", "when", "`segment` is not stated there"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(tmp_path, old, new, line_of, said):
    assert POLICY.count(old) >= 1
    text = POLICY.replace(old, new, 1)
    written = tmp_path / "desk.yaml"
    written.write_text(text)

    with pytest.raises(ConfigError) as raised:
        load_bundle(written, tier=RiskTier.HIGH)

    told = " ".join((str(raised.value), raised.value.where, *raised.value.details))
    assert said in told
    assert re.search(r"desk\.yaml:\d+", told)


def test_a_rule_cannot_ask_for_the_call(tmp_path):
    written = tmp_path / "desk.yaml"
    written.write_text(POLICY.replace("    action: deny\n", "    action: deny\n    when: call.step > 3\n", 1))
    with pytest.raises(ConfigError, match="only the grants of `tools` can"):
        load_bundle(written, tier=RiskTier.HIGH)


def test_the_digest_of_the_bundle_knows_the_grants(tmp_path, desk):
    written = tmp_path / "other.yaml"
    written.write_text(POLICY.replace("max_steps: 60", "max_steps: 61"))
    assert load_bundle(written, tier=RiskTier.HIGH).digest != desk.digest
