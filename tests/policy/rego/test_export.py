"""An exported policy decides as the gate does, denies by default, and carries tests that can fail."""

import json
import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.rego_engine import EngineFailedError, ask
from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.packs import PackFolders, shipped_packs
from roadworthy.core.digest import plain
from roadworthy.core.errors import PackError
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.policy.cases import Case
from roadworthy.policy.expressions.parse import parse
from roadworthy.policy.facts import VARIABLES
from roadworthy.policy.model import EvidenceCheck, FactCheck
from roadworthy.policy.ports import Broken
from roadworthy.policy.rego.export import export_rego
from roadworthy.policy.rego.hostile import fact_paths, hostile_facts
from roadworthy.policy.rego.library import library
from roadworthy.policy.rego.names import package_name
from roadworthy.policy.rego.testing import fact_outcome
from roadworthy.policy.resolve import pack_digest, resolve

pytestmark = pytest.mark.xdist_group("rego_export")  # so that each pack is exported once

CEL = CelConditions()
SOURCE = PackFolders(Path())
AHEAD = "2200-01-01T00:00:00Z"
_TESTS_AT_ONCE = 700
_EVERY = 7
"""Which generated tests of a shipped pack are run: there are thousands, and each takes milliseconds. 1 runs all."""


def policy_of(*packs, tier=RiskTier.HIGH):
    return resolve(packs, tier=tier, digests={pack.name: pack_digest(pack) for pack in packs}, on=date(2026, 6, 1))


def modules(export):
    return [file.text for file in export.bundle if file.path.endswith(".rego")]


def modules_of(export, pack):
    """Return the library and the module of one pack: all that its rules stand on."""
    wanted = ("roadworthy/cel.rego", f"roadworthy/packs/{package_name(pack)}.rego")
    return [file.text for file in export.bundle if file.path in wanted]


def data(export):
    return json.loads(next(file.text for file in export.files if file.path == "data.json"))


def failed_tests(export, *, changed=lambda text: text, every=1, pack=""):
    """Return the names of the generated tests that do not hold, of all packs."""
    failed = []
    for file in export.files:
        if not file.path.endswith(f"{package_name(pack) if pack else ''}_test.rego"):
            continue
        head, *tests = re.split(r"\n(?=\n# .*\n(?:# .*\n)*test_)", file.text)
        tests = tests[::every]
        package = re.search(r"^package (\S+)", head, re.MULTILINE)[1]
        for start in range(0, len(tests), _TESTS_AT_ONCE):
            part = head + "\n".join(tests[start : start + _TESTS_AT_ONCE])
            loaded = modules_of(export, pack) if pack else modules(export)
            found = ask([*map(changed, loaded), part], [(f"data.{package}", None)], data=data(export))
            held = found[0].get("result", {})
            failed += [name for name in re.findall(r"^(test_\w+) if", part, re.MULTILINE) if held.get(name) is not True]
    return failed


def decide(export, given, *, without=""):
    loaded = [text for text in modules(export) if not without or without not in text]
    return ask(loaded, [("data.roadworthy.decision", {"input": given})], data=data(export))[0]["result"]


@cache
def shipped(name):
    # An overlay tightens rules of the base pack, and binds with it.
    policy = policy_of(*(SOURCE.load(pack) for pack in dict.fromkeys(("base", name))))
    return policy, export_rego(policy, cases={name: SOURCE.cases(name)}, language=CEL)


def shipped_with_rules():
    return [name for name in shipped_packs() if SOURCE.load(name).controls]


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_with_rules())
def test_a_shipped_pack_passes_its_generated_tests(name):
    export = shipped(name)[1]

    assert export.tests > 10 * len(export.decided)
    assert failed_tests(export, every=_EVERY, pack=name) == []


@pytest.mark.parametrize("name", shipped_with_rules())
def test_every_fact_rule_of_a_shipped_pack_is_decided_in_rego(name):
    policy, export = shipped(name)

    asked = {rule.id for rule in policy.rules if isinstance(rule.require, FactCheck)}
    assert asked == set(export.decided)
    assert {owed.rule for owed in export.obligations} == {rule.id for rule in policy.rules} - asked


def odd_facts(name):
    """Facts of a case, put out of order at one or two places that rules ask of."""
    policy = shipped(name)[0]
    conditions = [text for rule in policy.rules for text in (rule.applies_when, getattr(rule.require, "condition", ""))]
    paths = sorted(frozenset().union(*(fact_paths(parse(text)) for text in conditions if text)))
    stated = [plain(case.facts) for case in SOURCE.cases(name)]

    def spoiled(parts):
        first, second, path, other, number = parts
        facts = {**first, **second}
        for each in (path, other):
            found = [
                hostile.facts for hostile in hostile_facts(facts, frozenset({each})) if isinstance(hostile.facts, dict)
            ]
            facts = found[number % len(found)]
        return facts

    pick = st.sampled_from
    return st.builds(
        spoiled, st.tuples(pick(stated), pick(stated), pick(paths), pick(paths), st.integers(0, 50))
    ).filter(lambda facts: len(json.dumps(facts)) < 3_000)


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_with_rules())
@settings(max_examples=2, suppress_health_check=list(HealthCheck))
@given(drawn=st.data())
def test_every_fact_rule_says_in_rego_what_it_says_here(name, drawn):
    policy, export = shipped(name)
    given_facts = drawn.draw(st.lists(odd_facts(name), min_size=8, max_size=8))
    own = [rule for rule in policy.rules if rule.id in export.decided and rule.id.startswith(f"{name}/")]
    rules = [rule for rule in own if rule.effective_on is None]
    asked = f"data.roadworthy.packs.{package_name(name)}.rules"

    found = ask(modules_of(export, name), [(asked, {"input": facts}) for facts in given_facts], data=data(export))

    for facts, answer in zip(given_facts, found, strict=True):
        said = {rule.id: answer["result"][rule.id]["outcome"] for rule in rules}
        assert said == {rule.id: fact_outcome(rule, facts, CEL) for rule in rules}, facts


@pytest.fixture
def small(pack, control, fact_rule, rule):
    rules = (
        fact_rule("org/owner"),
        fact_rule("org/tools", "components.all(c, c.type != 'tool' || size(c.scopes) > 0)"),
        fact_rule("org/advice", "system.purpose != ''", severity=Severity.WARN),
        rule("org/runbook", require=EvidenceCheck(type="document:runbook")),
    )
    return pack(controls=(control(rules=rules),))


CASES = {
    "org": (
        Case(note="named", rule="org/owner", facts={"system": {"owner": "desk"}}, want="pass"),
        Case(note="unnamed", rule="org/owner", facts={"system": {"owner": ""}}, want="fail"),
        Case(note="scoped", rule="org/tools", facts={"components": [{"type": "tool", "scopes": ["a"]}]}, want="pass"),
    )
}


@pytest.fixture
def export(small):
    return export_rego(policy_of(small), cases=CASES, language=CEL)


def good(export, **changes):
    evidence = {"policy": export.policy, "rules": {"org/runbook": {"outcome": "pass"}}}
    stated = {
        "system": {"owner": "desk", "purpose": "help"},
        "components": [],
        "assessment": {"expires_at": AHEAD},
        "evidence": evidence,
    }
    return {**stated, **changes}


def test_everything_met_is_allowed(export):
    found = decide(export, good(export))

    assert found == {
        "allow": True,
        "verdict": "ship",
        "denied": [],
        "missing": [],
        "errors": [],
        "warnings": [],
        "assessment_holds": True,
        "is_readable": True,
        "policy": export.policy,
    }


@pytest.mark.parametrize(
    ("changes", "verdict", "where", "rules"),
    [
        pytest.param({"system": {"owner": "", "purpose": "x"}}, "blocked", "denied", ["org/owner"], id="refuted"),
        pytest.param({"system": {"purpose": "x"}}, "cannot_tell", "missing", ["org/owner"], id="not stated"),
        pytest.param({"system": {"owner": None, "purpose": "x"}}, "cannot_tell", "missing", ["org/owner"], id="null"),
        pytest.param({"system": []}, "cannot_tell", "errors", ["org/owner"], id="wrong type"),
        pytest.param({"components": None}, "cannot_tell", "missing", ["org/tools"], id="no list"),
        pytest.param({"evidence": None}, "cannot_tell", "missing", ["org/runbook"], id="no summary"),
        pytest.param({"system": {"owner": "desk"}}, "conditions", "warnings", ["org/advice"], id="a warning"),
        pytest.param({"assessment": {}}, "cannot_tell", "missing", [], id="no expiry"),
        pytest.param(
            {"assessment": {"expires_at": "2001-01-01T00:00:00Z"}}, "cannot_tell", "missing", [], id="expired"
        ),
        pytest.param({"assessment": {"expires_at": 7}}, "cannot_tell", "missing", [], id="expiry of a wrong type"),
    ],
)
def test_what_is_not_met_is_named_and_not_allowed(export, changes, verdict, where, rules):
    found = decide(export, good(export, **changes))

    assert found["verdict"] == verdict
    assert found["allow"] is (verdict == "conditions")
    assert [entry["rule"] for entry in found[where]] == rules


@pytest.mark.parametrize("given", [{}, [], 5, "facts", True, None], ids=repr)
def test_an_input_that_states_nothing_is_denied_with_every_rule_named(export, given):
    found = decide(export, given)

    assert found["allow"] is False
    assert {entry["rule"] for entry in found["missing"] + found["errors"]} == {"org/owner", "org/tools", "org/runbook"}


@pytest.mark.parametrize("without", ["package roadworthy.packs.org", "package roadworthy.cel"])
def test_a_module_that_is_not_loaded_denies(export, without):
    """The engine may refuse to compile, as a server does; it never allows."""
    try:
        found = decide(export, good(export), without=without)
    except EngineFailedError:
        return
    assert found["allow"] is False
    assert {entry["rule"] for entry in found["missing"]} >= {"org/owner", "org/tools"}


@pytest.mark.parametrize(
    "evidence",
    [
        {"policy": "sha256:0", "rules": {"org/runbook": {"outcome": "pass"}}},
        {"rules": {"org/runbook": {"outcome": "pass"}}},
        {"policy": "POLICY", "rules": {"org/runbook": "pass"}},
        {"policy": "POLICY", "rules": {"org/runbook": {"outcome": "not_applicable"}}},
        {"policy": "POLICY", "rules": {"org/runbook": {"outcome": True}}},
        {"policy": "POLICY", "rules": {"org/other": {"outcome": "pass"}}},
        {"policy": "POLICY", "rules": ["org/runbook"]},
        {"policy": "POLICY", "rules": {"org/runbook": {"outcome": "stale"}}},
    ],
    ids=str,
)
def test_a_summary_that_does_not_say_pass_of_this_policy_denies(export, evidence):
    named = json.loads(json.dumps(evidence).replace("POLICY", export.policy))

    assert decide(export, good(export, evidence=named))["allow"] is False


@pytest.mark.parametrize(
    ("severity", "verdict"),
    [("info", "conditions"), ("warn", "conditions"), (None, "conditions"), ("block", "blocked"), (True, "blocked")],
)
def test_a_rule_weighs_what_was_promised_before_its_run_where_that_is_heavier(export, severity, verdict):
    rules = {"org/runbook": {"outcome": "pass"}, "org/advice": {"outcome": "fail", "severity": severity}}
    facts = {"system": {"owner": "desk", "purpose": ""}, "evidence": {"policy": export.policy, "rules": rules}}

    found = decide(export, good(export, **facts))

    assert found["verdict"] == verdict
    assert found["allow"] is (verdict == "conditions")


def test_a_summary_makes_no_rule_lighter(export):
    rules = {"org/runbook": {"outcome": "fail", "severity": "info"}}

    found = decide(export, good(export, evidence={"policy": export.policy, "rules": rules}))

    assert (found["allow"], [entry["rule"] for entry in found["denied"]]) == (False, ["org/runbook"])


def test_facts_with_a_number_that_the_gate_could_not_read_are_not_allowed(export):
    """The embedded engine, unlike a server, cuts large numbers of its input: they are given as literals."""
    numbers = {"most": 2**64 - 1, "least": -(2**63), "beyond": 2**64, "below": -(2**63) - 1}
    lines = [f'{name} if cel.is_readable({{"a": [{{"b": {number}}}]}})' for name, number in numbers.items()]
    module = "\n".join(["package asked", "import rego.v1", "import data.roadworthy.cel", *lines])

    found = ask([library(), module], [("data.asked", None)])[0]["result"]

    assert found == {"most": True, "least": True}
    for name in ("beyond", "below"):
        assert isinstance(CEL.evaluate("system.owner != ''", {"system": {"owner": "x", "n": numbers[name]}}), Broken)
    unreadable = [text.replace("x <= 18446744073709551615", "x <= 6") for text in modules(export)]
    answer = ask(unreadable, [("data.roadworthy.decision", {"input": {**good(export), "n": 7}})], data=data(export))
    assert (answer[0]["result"]["allow"], answer[0]["result"]["is_readable"]) == (False, False)


def test_its_generated_tests_hold_and_notice_a_changed_rule_or_library(export):
    assert failed_tests(export) == []
    assert any("rule_tools" in name for name in failed_tests(export, changed=careless))
    assert any("rule_owner" in name for name in failed_tests(export, changed=weaker))


def careless(text):
    """What is not stated counts as a value."""
    return text.replace("else := missing(concat", "else := value(concat")


def weaker(text):
    """The rule that asks for an owner is met by any text."""
    return text.replace(', "owner"), cel.value(""))', ', "owner"), cel.value("nobody"))')


def test_a_rule_binds_from_its_day(pack, control, fact_rule):
    rules = (
        fact_rule("org/owner"),
        fact_rule("org/later", "system.plan != ''", effective_on=date(2998, 1, 1)),
        fact_rule("org/long-ago", "system.plan != ''", effective_on=date(2001, 1, 1)),
    )
    made = export_rego(policy_of(pack(controls=(control(rules=rules),))), cases={}, language=CEL)

    found = ask(modules(made), [("data.roadworthy.outcomes", {"input": good(made)})], data=data(made))[0]["result"]

    assert {rule: answer["outcome"] for rule, answer in found.items()} == {
        "org/owner": "pass",
        "org/later": "pending",
        "org/long-ago": "missing",
    }


def test_only_rules_that_do_not_apply_are_no_clean_bill(pack, control, fact_rule):
    rules = (fact_rule("org/owner", applies_when="system.owner == 'nobody'"),)
    made = export_rego(policy_of(pack(controls=(control(rules=rules),))), cases={}, language=CEL)

    found = decide(made, good(made))

    assert (found["allow"], found["verdict"]) == (False, "cannot_tell")


def test_a_condition_that_rego_cannot_say_is_left_to_the_gate(pack, control, fact_rule):
    rules = (fact_rule("org/owner", "timestamp(system.owner) > timestamp('2026-01-01T00:00:00Z')"),)
    made = export_rego(policy_of(pack(controls=(control(rules=rules),))), cases={}, language=CEL)
    said = {"policy": made.policy, "rules": {"org/owner": {"outcome": "pass"}}}

    assert [(owed.rule, "timestamp()" in owed.reason) for owed in made.obligations] == [("org/owner", True)]
    assert decide(made, good(made))["allow"] is False
    assert decide(made, good(made, evidence=said))["allow"] is True
    assert failed_tests(made) == []


def test_nothing_that_a_pack_says_becomes_rego(pack, control, fact_rule):
    hostile = 'no"}\n\ndecision := {"allow": true} # \u2028allow := true\n`'
    rules = (fact_rule("org/owner", message=hostile, remediation=hostile),)
    made = export_rego(
        policy_of(pack(controls=(control(title=hostile, objective=f"Verify that {hostile}.", rules=rules),))),
        cases={"org": (Case(note=hostile, rule="org/owner", facts={"system": {"owner": hostile}}, want="pass"),)},
        language=CEL,
    )

    found = decide(made, {"system": {"owner": ""}})

    assert found["allow"] is False
    assert found["denied"] == [{"rule": "org/owner", "outcome": "fail", "reason": hostile}]
    assert failed_tests(made) == []


def test_a_condition_that_does_not_compile_is_not_exported(pack, control, fact_rule):
    wrong = pack(controls=(control(rules=(fact_rule("org/owner", "sytem.owner =="),)),))

    with pytest.raises(PackError, match=r"org/owner: `sytem\.owner ==` does not compile"):
        export_rego(policy_of(wrong), cases={}, language=CEL)


def test_two_packs_that_would_be_one_package_are_not_exported(pack, control, fact_rule):
    def export(*names):
        packs = [pack(name=n, controls=(control(f"{n}/x", rules=(fact_rule(f"{n}/owner"),)),)) for n in names]
        return export_rego(policy_of(*packs), cases={}, language=CEL)

    assert len(export("a-b", "a.b").decided) == 2
    with pytest.raises(PackError, match="more than one pack would be the package a_dot_b"):
        export("a.b", "a-dot-b")


def test_the_summary_has_a_place_that_no_fact_has():
    assert "evidence" not in VARIABLES
