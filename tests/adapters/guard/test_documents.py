"""Guard policies come from YAML, and whatever is wrong is said with file and line."""

import re

import pytest

from fakes.guard_world import event
from roadworthy.adapters.guard.bundles import load_bundle
from roadworthy.adapters.guard.documents import read_containment, read_overlay, read_policy
from roadworthy.core.errors import ConfigError
from roadworthy.core.severity import RiskTier
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.event import Principal
from roadworthy.guard.policy.model import FailMode, Holdback, UnknownBehaviour
from roadworthy.guard.verdict import Action

POLICY = """\
schema: roadworthy/guard-policy/v1
name: desk
version: "1"
title: Desk
owner: Team
licence: CC0-1.0
rules:
  - id: desk/magic
    description: No magic.
    action: transform
    rail: {kind: pattern, patterns: [abra]}
    where: {stages: [input], sources: [user]}
    when: segment.role == 'user'
  - id: desk/long
    description: Nothing endless.
    action: deny
    rail: {kind: size, max_chars: 100}
    on_failure: open
routes:
  - name: "*"
    streaming: {kind: holdback, chars: 20, boundary: word}
unknown:
  default: deny
  paths:
    - [/metadata/*, pass_and_flag]
"""
OVERLAY = """\
schema: roadworthy/guard-overlay/v1
tenant: acme
version: "1"
tighten:
  - {rule: desk/magic, reason: They asked., action: deny}
  - {rule: desk/long, reason: They asked., on_failure: closed, mode: enforce}
"""


def write(folder, text, name="guard.yaml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_policy_is_read_as_it_is_written(tmp_path):
    policy = read_policy(write(tmp_path, POLICY)).value

    assert [rule.id for rule in policy.rules] == ["desk/magic", "desk/long"]
    assert policy.rules[0].rail.patterns == ("abra",)
    assert policy.routes[0].streaming == Holdback(chars=20, boundary="word")
    assert policy.unknown.paths == (("/metadata/*", UnknownBehaviour.PASS_AND_FLAG),)


def test_files_become_a_bundle(tmp_path):
    judged = load_bundle(write(tmp_path, POLICY), tier=RiskTier.HIGH, overlays=[write(tmp_path, OVERLAY, "acme.yaml")])

    assert enforce(judged, event("abra")).action is Action.DENY
    assert enforce(judged, event("abra", principal=Principal(id="e", tenant="other"))).action is Action.TRANSFORM


def test_an_overlay_is_read_as_it_is_written(tmp_path):
    overlay = read_overlay(write(tmp_path, OVERLAY)).value

    assert overlay.tighten[1].on_failure is FailMode.CLOSED
    assert overlay.tighten[0].action is Action.DENY


def test_a_containment_is_read_with_its_times(tmp_path):
    text = """\
id: c1
incident: inc-1
reason: A leak.
issued_at: 2026-03-04T05:06:07Z
expires_at: 2026-03-05T05:06:07+01:00
tighten:
  - {rule: desk/magic, reason: A leak., action: deny}
"""

    assert read_containment(write(tmp_path, text)).value.expires_at.isoformat() == "2026-03-05T05:06:07+01:00"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        pytest.param("    action: transform", "    acton: transform", 10, "did you mean `action`?", id="a slip"),
        pytest.param("patterns: [abra]", "pattern: [abra]", 11, "did you mean `patterns`?", id="a slip in a rail"),
        pytest.param("chars: 20", "chars: 0", 21, "must be >= 1, got 0", id="a value out of range"),
        pytest.param("kind: size", "kind: sise", 17, "sise", id="no such rail"),
        pytest.param("{kind: size, max_chars: 100}", "{}", 17, "kind", id="a rail without its name"),
        pytest.param("[abra]", "['(']", 11, "not an RE2 pattern", id="a pattern that is none"),
        pytest.param("[input]", "[inputs]", 12, "inputs", id="no such stage"),
        pytest.param("action: deny", "action: allow", 14, "allow", id="a rule that allows"),
        pytest.param("desk/long", "desk/magic", 1, "'desk/magic' is there twice", id="an id twice"),
        pytest.param("desk/long", "other/long", 1, "must start with 'desk/'", id="a foreign id"),
        pytest.param("owner: Team", "owner: 7", 5, "put it in quotes", id="a number for a name"),
    ],
)
def test_what_is_wrong_with_a_policy_is_said_with_its_line(tmp_path, old, new, line, said):
    path = write(tmp_path, POLICY.replace(old, new, 1))

    with pytest.raises(ConfigError, match=r".") as caught:
        read_policy(path)

    assert re.search(rf"guard\.yaml:{line}:\d+", str(caught.value))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("policy", "overlay", "where", "said"),
    [
        pytest.param(
            POLICY.replace("segment.role == 'user'", "segment.role =="),
            OVERLAY,
            "guard.yaml:13:",
            "does not compile",
            id="a condition",
        ),
        pytest.param(
            POLICY.replace("action: transform", "action: deny"),
            OVERLAY.replace("action: deny", "action: transform"),
            "acme.yaml:5:",
            "looser than `deny`",
            id="an overlay that loosens",
        ),
    ],
)
def test_what_does_not_compile_is_said_with_its_line(tmp_path, policy, overlay, where, said):
    paths = write(tmp_path, policy), write(tmp_path, overlay, "acme.yaml")

    with pytest.raises(ConfigError, match=said) as caught:
        load_bundle(paths[0], tier=RiskTier.HIGH, overlays=[paths[1]])

    assert where in caught.value.where


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("rules: [&a [*a]]", id="an endless list"),
        pytest.param("!!python/object/apply:os.system [ls]", id="a tag"),
        pytest.param("[" * 100_000, id="deep"),
        pytest.param("- " * 3 + "x", id="a list"),
    ],
)
def test_hostile_files_are_refused(tmp_path, text):
    with pytest.raises(ConfigError, match=r"empty|YAML|tag|nested|must be"):
        read_policy(write(tmp_path, text))


TOOLS = (
    POLICY
    + """\
tools:
  grants:
    - tool: pay
      effects: [pay]
      arguments:
        - {name: to}
        - {name: note}
"""
)


@pytest.mark.parametrize(
    ("text", "field", "line"),
    [
        (POLICY + "tools:\n", "tools", 26),
        (POLICY + "tools:\n  # grants:\n  #   - {tool: pay, effects: [pay]}\n", "tools", 26),
        (TOOLS + "      approval:\n        # by: [treasurer]\n", r"tools\.grants\[0\]\.approval", 33),
        (TOOLS + "      outcome: ~\n", r"tools\.grants\[0\]\.outcome", 33),
        (TOOLS + "      memory: null\n", r"tools\.grants\[0\]\.memory", 33),
        (TOOLS + "      pin:\n", r"tools\.grants\[0\]\.pin", 33),
        (TOOLS.replace("{name: note}", "{name: note, maximum: }"), r"tools\.grants\[0\]\.arguments\[1\]\.maximum", 32),
    ],
)
def test_a_field_with_nothing_behind_it_is_refused(tmp_path, text, field, line):
    with pytest.raises(ConfigError, match=rf" {field}: nothing is written") as caught:
        read_policy(write(tmp_path, text))
    assert f"guard.yaml:{line}:" in caught.value.where
    assert caught.value.fix


def test_every_field_with_nothing_behind_it_is_named_also_in_what_a_tenant_adds(tmp_path):
    with pytest.raises(ConfigError, match="approval: nothing is written behind it") as caught:
        read_policy(write(tmp_path, TOOLS + "      approval:\n      outcome:\n"))
    assert [re.sub(".*:34:7 ", "", one) for one in caught.value.details] == [
        "tools.grants[0].outcome: nothing is written behind it"
    ]
    with pytest.raises(ConfigError, match="nothing is written behind it"):
        read_overlay(write(tmp_path, OVERLAY.replace("on_failure: closed", "on_failure: ")))
