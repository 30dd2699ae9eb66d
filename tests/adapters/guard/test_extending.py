"""Policies that stand on others: what is in force, what may be looser, and which files are refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.adapters.guard.extending import MAX_BENEATH, digests_beneath, read_extended, shipped_policies
from roadworthy.core.errors import ConfigError
from roadworthy.core.severity import RiskTier
from roadworthy.guard.check.checking import check
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.policy.difference import differences
from roadworthy.guard.policy.extending import own_rules
from roadworthy.guard.policy.model import GuardPolicy
from roadworthy.guard.trying.mutants import mutants
from roadworthy.guard.verdict import Action
from roadworthy.policy.compare import Direction
from roadworthy.runtime.guard.policies import compiled, ready

TODAY = date(2026, 11, 21)
HEAD = """\
schema: roadworthy/guard-policy/v1
name: {name}
version: "1"
title: What is said
owner: Support
licence: CC0-1.0
"""
OWN = """\
rules:
  - id: {name}/keys
    description: No key comes out.
    action: transform
    where: {{stages: [output]}}
    rail: {{kind: pattern, patterns: ['\\bkey-[0-9]{{6}}\\b']}}
"""


@pytest.fixture
def write(tmp_path):
    """Writes a policy and gives its path."""

    def written(name="desk", *, body="", extends="base", rules=True, file=None):
        path = tmp_path / (file or f"{name}.yaml")
        said = HEAD.format(name=name) + (f"extends: {extends}\n" if extends else "") + body
        path.write_text(said + (OWN.format(name=name) if rules else "rules: []\n"))
        return path

    return written


def read(path, today=TODAY):
    return read_extended(path, today=today).value


def base() -> GuardPolicy:
    return read(shipped_policies()["base"])


def rule(policy, name):
    return next(one for one in policy.rules if one.id == name)


def test_everything_of_the_policy_beneath_is_in_force_under_its_own_ids(write):
    policy, beneath = read(write()), base()

    assert {one.id for one in policy.rules} == {"desk/keys", *(one.id for one in beneath.rules)}
    assert set(policy.budgets) == set(beneath.budgets)
    assert {one.name for one in policy.routes} == {one.name for one in beneath.routes}
    assert policy.unknown == beneath.unknown
    assert policy.beneath == ("base",)
    assert not [one for one in differences(beneath, policy) if one.direction is Direction.LOOSER]


def test_what_stands_on_it_compiles_and_its_digest_names_what_is_left_out(write):
    bundle = compiled(read(write()), tier=RiskTier.HIGH)
    left_out = compiled(
        read(write(body="without: [{rule: base/crisis, reason: no people are served}]\n")), tier=RiskTier.HIGH
    )
    other_reason = compiled(
        read(write(body="without: [{rule: base/crisis, reason: it is staffed}]\n")), tier=RiskTier.HIGH
    )

    assert isinstance(bundle, Bundle)
    assert len({bundle.digest, left_out.digest, other_reason.digest}) == 3


def test_a_line_makes_a_rule_beneath_stricter(write):
    body = "tighten: [{rule: base/data-out-by-tools, action: deny, reason: nobody is there}]\n"

    assert rule(read(write(body=body)), "base/data-out-by-tools").action is Action.DENY


def test_a_rule_is_switched_off_or_put_into_shadow_with_a_reason(write):
    first, second = "{rule: base/crisis, reason: no people}", "{rule: base/hidden-input, to: shadow, reason: tried}"
    body = f"without: [{first}, {second}]\n"
    policy = read(write(body=body))

    assert "base/crisis" not in {one.id for one in policy.rules}
    assert rule(policy, "base/hidden-input").mode == "shadow"


@pytest.mark.parametrize(("today", "is_there"), [(date(2026, 11, 21), False), (date(2026, 11, 22), True)])
def test_from_the_day_after_its_last_one_a_line_counts_for_nothing(write, today, is_there):
    path = write(body="without: [{rule: base/crisis, reason: no people, until: 2026-11-21}]\n")
    policy = read(path, today)

    assert ("base/crisis" in {one.id for one in policy.rules}) is is_there


def flaws(path, today=TODAY):
    document = read_extended(path, today=today)
    bundle = compiled(document.value, tier=RiskTier.HIGH)
    found = check(bundle, written=document.value, served=bundle.policy.completions)
    return {one.check: document.located.where(one.place) for one in found}


def test_lint_shows_what_is_left_out_and_what_has_ended_with_its_line(write):
    path = write(body="without: [{rule: base/crisis, reason: no people, until: 2026-11-21}]\n")

    assert flaws(path)["looser-than-beneath"].startswith(f"{path}:8:")
    assert flaws(path, date(2026, 12, 1))["without-ended"].startswith(f"{path}:8:")


def test_a_difference_says_why_something_is_left_out(write):
    policy = read(write(body="without: [{rule: base/crisis, reason: no people}]\n"))
    said = [(one.direction, one.subject, one.said) for one in differences(base(), policy)]

    assert (Direction.LOOSER, "rule base/crisis", "is gone") in said
    assert (Direction.NOTED, "rule base/crisis", "looser than beneath, because: no people") in said


LOOSER = [
    pytest.param(
        "routes: [{name: chat, streaming: {kind: observe}, sink: markdown, completion: unknown}]\n",
        "routes:",
        "route chat holdback",
        id="a route",
    ),
    pytest.param(
        "routes: [{name: quick, streaming: {kind: observe}}]\n", "routes:", "route quick is new", id="new route"
    ),
    pytest.param(
        "budgets: [{name: requests, unit: requests, limit: 61, per: principal, window_s: 60}]\n",
        "budgets:",
        "budget requests limit 60 -> 61",
        id="a budget",
    ),
    pytest.param(
        "unknown: {default: pass_and_flag}\n", "unknown:", "unknown fields strip -> pass_and_flag", id="unknown"
    ),
    pytest.param(
        "fail_modes: [{tier: minimal, mode: open, reason: it is only a test}]\n",
        "fail_modes:",
        "fail modes closed -> open",
        id="fail mode",
    ),
    pytest.param(
        "routes: [{name: chat, streaming: {kind: holdback, chars: 1600, boundary: sentence}, completion: unknown}]\n",
        "routes:",
        "route chat sink markdown -> text",
        id="sink",
    ),
    pytest.param(
        "routes: [{name: chat, streaming: {kind: holdback, chars: 1601}, sink: markdown}]\n",
        "routes:",
        "may be looser",
        id="held another way",
    ),
    pytest.param(
        "routes: [{name: '*', completion: unknown, stages: [input, output, retrieval, tool_call, tool_result]}]\n",
        "routes:",
        "may be looser",
        id="stages",
    ),
    pytest.param(
        "budgets: [{name: requests, unit: requests, limit: 60, per: conversation, window_s: 60}]\n",
        "budgets:",
        "requests per principal -> requests per conversation",
        id="counted for another",
    ),
    pytest.param(
        "unknown: {default: deny, paths: [['/a', deny], ['*', pass_and_flag]]}\n",
        "unknown:",
        "other paths are named",
        id="paths of unknown fields",
    ),
]
REASONS = ["route: chat", "route: quick", "budget: requests", "setting: unknown", "setting: fail_modes"]
REASONS += ["route: chat", "route: chat", "route: '*'", "budget: requests", "setting: unknown"]


@pytest.mark.parametrize(("body", "line", "said"), LOOSER)
def test_what_is_looser_without_a_reason_is_refused_with_its_line(write, body, line, said):
    path = write(body=body)
    number = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if text.startswith(line))
    with pytest.raises(ConfigError, match=said) as caught:
        read(path)

    assert caught.value.where.startswith(f"{path}:{number}:")


@pytest.mark.parametrize(
    ("looser", "named"), [(one.values[0], name) for one, name in zip(LOOSER, REASONS, strict=True)]
)
def test_what_is_looser_with_a_reason_is_read(write, looser, named):
    policy = read(write(body=f"{looser}without: [{{{named}, reason: it was looked at}}]\n"))

    assert policy.without[0].reason == "it was looked at"
    assert "base/crisis" in {one.id for one in policy.rules}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("tighten: [{rule: base/nothing, action: deny, reason: r}]\n", "there is no rule 'base/nothing' beneath"),
        ("tighten: [{rule: base/crisis, action: transform, reason: r}]\n", "`tighten` only tightens"),
        ("tighten: [{rule: base/crisis, action: deny, reason: r}]\n", "it tightens nothing"),
        ("without: [{rule: base/nothing, reason: r}]\n", "there is no rule 'base/nothing' beneath"),
        ("without: [{rule: base/crisis, reason: ' '}]\n", "it needs a reason"),
        ("without: [{reason: r}]\n", "names one of"),
        ("without: [{rule: base/crisis, budget: requests, reason: r}]\n", "names one of"),
        ("without: [{budget: requests, to: shadow, reason: r}]\n", "only a rule can be put into shadow"),
        ("without: [{budget: requests, reason: r}]\n", "nothing of it is looser here"),
        (
            "without: [{rule: base/crisis, reason: r}, {rule: base/crisis, to: shadow, reason: r}]\n",
            "without 'rule base/crisis' is there twice",
        ),
        (
            "tighten: [{rule: base/hidden-input, action: deny, reason: r}]\n"
            "without: [{rule: base/hidden-input, reason: r}]\n",
            "made stricter and left out as well",
        ),
        ("beneath: [base]\n", "`beneath` is told by what the policy stands on"),
    ],
)
def test_lines_that_contradict_what_is_beneath_are_refused_with_file_and_line(write, body, said):
    path = write(body=body)
    with pytest.raises(ConfigError, match=said) as caught:
        read(path)

    assert caught.value.where.startswith(f"{path}:")


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("bas", "neither a pack's policy nor the name of a file beside"),
        ("../outside.yaml", "neither a pack's policy nor the name of a file beside"),
        ("/etc/passwd", "neither a pack's policy nor the name of a file beside"),
        ("sub/policy.yaml", "neither a pack's policy nor the name of a file beside"),
        ("missing.yaml", "there is no file 'missing.yaml' beside it"),
        ("desk.yaml", "stands on this policy itself"),
    ],
)
def test_a_name_that_is_no_policy_beside_is_refused_with_its_line(write, named, said):
    path = write(extends=named)
    with pytest.raises(ConfigError, match=said) as caught:
        read(path)

    assert caught.value.where.startswith(f"{path}:7:")
    assert "base" in caught.value.fix


def test_a_link_out_of_the_folder_is_refused(write, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "policy.yaml"
    elsewhere.write_text(HEAD.format(name="other") + "rules: []\n")
    path = write(extends="link.yaml")
    (path.parent / "link.yaml").symlink_to(elsewhere)

    with pytest.raises(ConfigError, match="is a link to a file elsewhere"):
        read(path)


def test_policies_that_stand_on_each_other_are_refused(write):
    write("one", extends="two.yaml")
    path = write("two", extends="one.yaml")

    with pytest.raises(ConfigError, match="stands on this policy itself"):
        read(path)


def test_a_pile_is_read_to_its_depth_and_no_further(write):
    write("p0", extends="")
    for number in range(1, MAX_BENEATH + 2):
        path = write(f"p{number}", extends=f"p{number - 1}.yaml")
    allowed = read(path.with_name(f"p{MAX_BENEATH}.yaml"))

    assert {one.id for one in allowed.rules} == {f"p{number}/keys" for number in range(MAX_BENEATH + 1)}
    with pytest.raises(ConfigError, match=f"more than {MAX_BENEATH} policies lie beneath"):
        read(path)


BELOW = """\
tools:
  max_steps: 3
  grants:
    - {tool: look_up, effects: [read]}
    - {tool: mail_*, effects: [send]}
"""


@pytest.mark.parametrize(
    ("tool", "needs_reason"), [("look_up", False), ("mail_send", False), ("refund", True), ("mail*", True)]
)
def test_a_grant_for_a_tool_that_is_closed_beneath_needs_a_reason(write, tool, needs_reason):
    write("below", extends="", file="below.yaml", body=BELOW)
    grant = f"tools: {{max_steps: 9, grants: [{{tool: {tool}, effects: [read]}}]}}\n"
    path = write(extends="below.yaml", body=grant)
    if needs_reason:
        with pytest.raises(ConfigError, match="grants nothing of the kind") as caught:
            read(path)
        assert caught.value.where.startswith(f"{path}:8:")
        path = write(extends="below.yaml", body=f"{grant}without: [{{tool: {tool!r}, reason: it was looked at}}]\n")
    tools = read(path).tools

    assert [one.tool for one in tools.grants] == [tool, "look_up", "mail_*"]
    assert tools.max_steps == 3


def test_two_policies_of_one_name_do_not_stand_on_each_other(write):
    write("desk", extends="", file="below.yaml")

    with pytest.raises(ConfigError, match="the name 'desk' is that of a policy beneath"):
        read(write("desk", extends="below.yaml"))


def test_a_rule_beneath_is_shown_in_its_own_file(write):
    path = write("below", extends="", file="below.yaml")
    document = read_extended(write(extends="below.yaml"), today=TODAY)
    places = {one.id: document.located.where(("rules", n, "action")) for n, one in enumerate(document.value.rules)}

    assert places["below/keys"].startswith(f"{path}:")
    assert places["desk/keys"].startswith(f"{path.with_name('desk.yaml')}:")


def test_what_is_wrong_beneath_is_said_with_the_line_of_its_file(write):
    below = write("below", extends="", file="below.yaml")
    below.write_text(below.read_text().replace("[0-9]", "[0-9"))

    with pytest.raises(ConfigError) as caught:
        ready(write(extends="below.yaml"), tier=RiskTier.HIGH)
    assert caught.value.where.startswith(f"{below}:")


def test_rules_beneath_are_left_to_their_own_cases_but_for_those_made_stricter(write):
    body = "tighten: [{rule: base/data-out-by-tools, action: deny, reason: nobody is there}]\n"
    policy = read(write(body=body))

    assert own_rules(policy) == {"desk/keys", "base/data-out-by-tools"}
    assert {one.rule for one in mutants(policy)} <= {"desk/keys", "base/data-out-by-tools", ""}


def test_a_policy_that_was_read_without_what_it_stands_on_does_not_compile():
    alone = GuardPolicy(
        name="desk", version="1", title="t", owner="o", licence="CC0-1.0", rules=(), extends="base"
    )  # fmt: skip
    problems = compiled(alone, tier=RiskTier.HIGH)

    assert "was not read with it" in problems[0].said


@settings(max_examples=20)
@given(off=st.sets(st.sampled_from([one.id for one in base().rules]), max_size=4))
def test_whatever_is_left_out_is_gone_and_all_else_is_as_strict_as_beneath(off, tmp_path_factory):
    path = tmp_path_factory.mktemp("law") / "desk.yaml"
    lines = "".join(f"  - {{rule: {one}, reason: tried}}\n" for one in sorted(off))
    path.write_text(
        HEAD.format(name="desk") + "extends: base\n" + (f"without:\n{lines}" if lines else "") + "rules: []\n"
    )
    policy, beneath = read(path), base()

    assert {one.id for one in policy.rules} == {one.id for one in beneath.rules} - off
    assert all(rule(beneath, one.id) == one for one in policy.rules)


def test_paths_of_unknown_fields_that_are_no_looser_need_no_reason(write):
    policy = read(write(body="unknown: {default: deny, paths: [['/a', strip], ['/b', deny]]}\n"))

    assert len(policy.unknown.paths) == 2


def test_a_tool_whose_grant_beneath_is_in_shadow_is_closed_there(write):
    write("below", extends="", body="tools: {grants: [{tool: refund, effects: [pay], mode: shadow}]}\n")
    path = write(extends="below.yaml", body="tools: {grants: [{tool: refund, effects: [pay]}]}\n")

    with pytest.raises(ConfigError, match="tool refund: 'below' grants nothing of the kind"):
        read(path)


def test_what_a_policy_in_between_leaves_out_is_shown_of_the_one_on_top_in_its_own_file(write):
    line = "without: [{rule: base/crisis, reason: no people, until: 2026-11-21}]\n"
    between = write("between", body=line)
    top = write("top", extends="between.yaml", body="without: [{rule: base/hidden-input, to: shadow, reason: tried}]\n")
    document = read_extended(top, today=TODAY)
    places = {one.subject: document.located.where(("without", n)) for n, one in enumerate(document.value.without)}
    said = {(one.subject, one.said) for one in differences(base(), document.value)}

    assert places["rule base/hidden-input"].startswith(f"{top}:8:")
    assert places["rule base/crisis"].startswith(f"{between}:8:")
    assert ("rule base/crisis", "looser than beneath, because: no people (until 2026-11-21)") in said
    assert flaws(top)["looser-than-beneath"].startswith((f"{between}:8:", f"{top}:8:"))
    assert flaws(top, date(2026, 11, 22))["without-ended"].startswith(f"{between}:8:")


@pytest.mark.parametrize("name", ["guard", "containment"])
def test_no_policy_has_the_name_under_which_the_guard_itself_speaks(write, name):
    with pytest.raises(ConfigError, match="kept for the guard's own verdicts"):
        read(write(name, rules=False))


def test_a_file_beneath_with_what_decides_is_named_with_its_digest(write):
    write("between", body="without: [{rule: base/crisis, reason: r, until: 2026-11-20}]\n")
    top = write("top", extends="between.yaml")
    names = [name for name, _ in digests_beneath(top, today=TODAY)]

    assert names == [
        "extends between.yaml",
        "between.yaml without rule base/crisis has ended",
        "between.yaml extends base",
    ]
    assert digests_beneath(top.with_name("between.yaml"), today=date(2026, 11, 20))[0][0] == "extends base"
