"""Guard policies: when they break, when they stop nothing, and when they became weaker."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.lint.memory import repository_of
from roadworthy.adapters.lint.rules import read_rules
from roadworthy.lint.guards import DETECTORS
from roadworthy.lint.model import Area

RULES = {rule.id: rule for rule in read_rules(frozenset([Area.GUARD]))}
BASE = {
    "enabled": True,
    "on_error": "block",
    "rails": {"input": [{"name": "injection", "threshold": 0.5, "enabled": True}], "output": ["secrets", "persons"]},
}


ODD = [
    "a", 3, None, [], [None], {"rails": 3}, {"guardrails": [[]]}, {"mode": {"a": 1}}, {"enabled": "no"},
    {"threshold": "high"}, {"rails": {"input": {"a": {"b": None}}}},
]  # fmt: skip


def hits(rule: str, text: str, path: str = "guard_policy.yaml"):
    asked = RULES[rule]
    repository = repository_of({path: text})
    return [
        hit
        for file in repository.of_kind(*asked.kinds)
        for hit in DETECTORS[asked.detect.name].of_file(file, asked.detect.parameters)
    ]


def weaker(now: object, before: object = BASE) -> list[str]:
    files = {"guard_policy.baseline.yaml": yaml.safe_dump(before), "guard_policy.yaml": yaml.safe_dump(now)}
    return [hit.said for hit in DETECTORS["guards.weaker"].of_repository(repository_of(files), {})]


@pytest.mark.parametrize(
    "setting",
    [
        "on_error: allow", "on_timeout: pass", "fail_mode: open", "fail-mode: fail-open", "fail_open: true",
        "failure_mode_allow: true", "fail_on_error: false", "raise_guardrail_errors: false", "on_failure: Continue",
    ],
)  # fmt: skip
def test_each_way_to_fail_open_is_found(setting):
    assert len(hits("guard/fails-open", f"rails: [a]\n{setting}\n")) == 1


@pytest.mark.parametrize(
    "setting",
    [
        "on_error: block",
        "fail_mode: closed",
        "fail_open: false",
        "fail_on_error: true",
        "on_error: 3",
        "on_error: null",
    ],
)
def test_failing_closed_is_left_alone(setting):
    assert hits("guard/fails-open", f"rails: [a]\n{setting}\n") == []


@pytest.mark.parametrize(
    ("rule", "text", "found"),
    [
        ("guard/switched-off", "enabled: false\nrails: [a]", 1),
        ("guard/switched-off", "guardrails: {enabled: false, rules: [a]}", 1),
        ("guard/switched-off", "mode: disabled\nrails: [a]", 1),
        ("guard/switched-off", "rails:\n  - {name: a, enabled: false}", 0),
        ("guard/rail-off", "rails:\n  - {name: a, enabled: false}", 1),
        ("guard/rail-off", "enabled: false\nrails: [a]", 0),
        ("guard/empty-policy", "guardrails: []", 1),
        ("guard/empty-policy", "rails: {input: {flows: []}, output: null}", 1),
        ("guard/empty-policy", "models: [{type: main}]", 0),
        ("guard/empty-policy", "rails: {input: {flows: [x]}}", 0),
        ("guard/only-watches", "mode: shadow\nrails: [a]", 1),
        ("guard/only-watches", "dry_run: true\nrails: [a]", 1),
        ("guard/only-watches", "mode: [pre_call, post_call]\nrails: [a]", 0),
        ("guard/threshold-never-fires", "rails: [{name: a, score_threshold: 2}]", 1),
        ("guard/threshold-never-fires", "rails: [{name: a, threshold: 1.5}]", 1),
        ("guard/threshold-never-fires", "rails: [{name: a, threshold: 85.0}]", 0),
        ("guard/threshold-never-fires", "rails: [{name: a, threshold: true}]", 0),
        ("guard/threshold-never-fires", "rails: [{name: a, threshold: 0.99}]", 0),
        ("guard/threshold-never-fires", "rails: [{name: a, threshold: .nan}]", 0),
        ("guard/stream-unguarded", "rails: {output: {flows: [a], streaming: {stream_first: true}}}", 1),
        ("guard/stream-unguarded", "rails: [a]\nscan_streams: false", 1),
        ("guard/stream-unguarded", "rails: [a]\nstream_mode: buffer", 0),
        ("guard/on-request", "guardrails: [{guardrail_name: a, litellm_params: {default_on: false}}]", 1),
        ("guard/on-request", "rails: [a]\nallow_client_override: false", 0),
        ("guard/broken-pattern", "rules: ['[^example.org]']", 1),
        ("guard/broken-pattern", "rules: ['[^a-z.]', '[^0-9]+', '[^@]+@example[.]org']", 0),
        ("guard/one-sided", "guardrails: [{guardrail_name: a, litellm_params: {mode: during_call}}]", 1),
        ("guard/one-sided", "rails: {input: {flows: [a]}, output: {flows: []}}", 1),
        ("guard/one-sided", "rails: [{name: a, direction: both}]", 0),
        ("guard/one-sided", "rails: [{name: a}]", 0),
    ],
)
def test_a_policy_is_read_in_the_words_of_each_product(rule, text, found):
    assert len(hits(rule, text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from guardrails import Guard\nGuard().use(Toxic(on_fail=OnFailAction.NOOP))", 1),
        ("from guardrails import Guard\nGuard().use(Toxic(on_fail='fix'))", 0),
        ("Button(on_fail='noop')", 0),
    ],
)
def test_validators_that_do_nothing_are_found_in_code(text, found):
    assert len(hits("guard/only-watches", text, "app/guard.py")) == found


def test_a_policy_that_is_as_strict_as_its_baseline_is_left_alone():
    assert weaker(BASE) == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"enabled": False}, "switched off"),
        ({"on_error": "allow"}, "no longer 'block'"),
        ({"rails": {"input": BASE["rails"]["input"], "output": ["secrets"]}}, "'persons' was dropped"),
        ({"rails": {"output": ["secrets", "persons"]}}, "'rails.input' was dropped"),
        ({"rails": {"input": [], "output": ["secrets", "persons"]}}, "was dropped"),
        ({"rails": None}, "no longer what the baseline says"),
    ],
)
def test_each_way_to_weaken_a_policy_is_named(change, what):
    assert any(what in said for said in weaker(BASE | change))


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_threshold_may_fall_and_may_not_rise(before, now):
    policies = [{"rails": [{"name": "injection", "threshold": value}]} for value in (before, now)]

    assert bool(weaker(policies[1], policies[0])) is (now > before)


@given(st.permutations(["secrets", "persons", "links"]))
def test_rails_may_be_added_and_reordered(rails):
    assert weaker(BASE | {"rails": {**BASE["rails"], "output": rails}}) == []


def test_a_policy_that_no_longer_reads_is_weaker_than_its_baseline():
    files = {"guard_policy.baseline.yaml": yaml.safe_dump(BASE), "guard_policy.yaml": "{"}
    (hit,) = DETECTORS["guards.weaker"].of_repository(repository_of(files), {})

    assert (hit.path, "cannot be read" in hit.said) == ("guard_policy.yaml", True)


@pytest.mark.parametrize("name", sorted(name for name, one in DETECTORS.items() if one.of_file is not None))
@pytest.mark.parametrize("data", ODD)
def test_odd_policies_make_no_rule_stumble(name, data):
    file = repository_of({"guard_policy.json": json.dumps(data)}).files["guard_policy.json"]

    assert all(hit.line >= 1 for hit in DETECTORS[name].of_file(file, {}))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("guardrails: {rules: [a]}\nretry: {on_error: continue}\n", 0),
        ("guardrails: {rules: [a], on_error: continue}\n", 1),
        ("app:\n  rails: {input: [a], fail_open: true}\n", 1),
        ("guards: [a]\nfail_open: true\n", 0),
    ],
)
def test_in_a_file_of_many_things_only_the_guards_section_counts(text, found):
    assert len(hits("guard/fails-open", text, "config/app.yaml")) == found
