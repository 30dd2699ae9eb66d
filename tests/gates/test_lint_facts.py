"""What static checks found is a fact like any other: stated in full, or not stated at all."""

from datetime import UTC, datetime

import pytest

from fakes.gate_world import release
from roadworthy.adapters.conditions import CelConditions
from roadworthy.gates.facts import gate_facts
from roadworthy.inventory.model import Manifest, System
from roadworthy.policy.facts import unknown_facts
from roadworthy.policy.ports import Fails, Holds, Missing

CONDITION = "!lint.findings.exists(f, f.area == 'tool' && f.severity == 'block')"
CLEAN = {"files": 3, "areas": {"tool": 0}, "findings": [], "suppressed": [], "excluded": [], "unread": []}
FINDING = {"rule": "tool/x", "area": "tool", "severity": "block", "path": "tools.json", "component": ""}


def facts(**given):
    manifest = Manifest(
        schema="roadworthy/manifest/v1",
        system=System(key="desk", name="Desk", version="1", purpose="answers"),
        components=(),
    )
    return gate_facts(
        manifest,
        release(),
        tier="high",
        legal_classes=(),
        expires_at=datetime(2027, 1, 1, tzinfo=UTC),
        documents={},
        previous=None,
        **given,
    )


@pytest.mark.parametrize(
    ("lint", "answer"),
    [
        pytest.param(CLEAN, Holds, id="nothing found"),
        pytest.param(CLEAN | {"findings": [FINDING]}, Fails, id="a blocking finding"),
        pytest.param(CLEAN | {"findings": [FINDING | {"severity": "warn"}]}, Holds, id="a remark"),
        pytest.param(CLEAN | {"findings": [FINDING | {"area": "mcp"}]}, Holds, id="another area"),
        pytest.param(None, Missing, id="the checks could not run"),
    ],
)
def test_a_condition_on_what_was_found_is_answered_from_the_facts(lint, answer):
    assert isinstance(CelConditions().evaluate(CONDITION, facts(lint=lint)), answer)


def test_checks_that_could_not_run_leave_nothing_stated():
    assert "lint" not in facts(lint=None)
    assert "lint" not in facts()


def test_what_was_found_is_a_copy():
    given = dict(CLEAN)
    stated = facts(lint=given)
    given["files"] = 99

    assert stated["lint"]["files"] == 3


def test_a_misspelt_field_of_lint_is_noticed():
    assert unknown_facts("size(lint.finding) == 0") == ("lint.finding",)
    assert unknown_facts("size(lint.findings) == 0 && size(lint.excluded) == 0") == ()
