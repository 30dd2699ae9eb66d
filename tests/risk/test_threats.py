from __future__ import annotations

from typing import Any

import pytest

from roadworthy.adapters.conditions import CelConditions
from roadworthy.risk.catalogue import ThreatCatalogue
from roadworthy.risk.flow import routes
from roadworthy.risk.model import ApplicableThreat
from roadworthy.risk.threats import applicable_threats

Facts = dict[str, Any]
PUBLIC: Facts = {"key": "s", "data_classes": ["public"], "decision_effect": "informs", "legal_facts": {}}
LLM = {"type": "hosted_model", "key": "llm", "pin": "alias", "uses": []}
TRAINING = {"type": "dataset", "key": "train", "role": "train", "personal_data": True, "uses": []}
RUNNER = {"type": "tool", "key": "shell", "side_effects": ["execute"], "uses": []}
SERVER = {"type": "mcp_server", "key": "crm", "uses": []}
READER = {"type": "tool", "key": "search", "side_effects": ["read"], "uses": []}


def found(
    catalogue: ThreatCatalogue, conditions: CelConditions, *components: Facts, system: Facts = PUBLIC
) -> dict[str, ApplicableThreat]:
    facts: Facts = {"system": system, "components": list(components)}
    threats = applicable_threats(facts, catalogue=catalogue, routes=routes(facts), conditions=conditions)
    return {threat.threat: threat for threat in threats}


@pytest.mark.parametrize(
    ("threat", "with_it", "without_it"),
    [
        pytest.param("T01", (LLM,), (TRAINING,), id="direct injection needs a model"),
        pytest.param("T03", (LLM, READER), (LLM, RUNNER), id="injection in results needs a tool that reads"),
        pytest.param("T08", (LLM, RUNNER), (LLM, READER), id="unauthorised action needs a tool that acts"),
        pytest.param("T11", (LLM, TRAINING), (LLM,), id="poisoning needs training data"),
        pytest.param("T14", (LLM, SERVER), (LLM,), id="a server can turn malicious"),
        pytest.param("T15", (LLM,), (TRAINING,), id="a hosted model can change"),
        pytest.param("T30", (LLM, TRAINING), (LLM,), id="membership needs people's training data"),
        pytest.param("T33", (LLM, RUNNER), (LLM, READER), id="exfiltration needs a way out"),
        pytest.param("T37", (LLM, RUNNER), (LLM, READER), id="code execution needs a tool that runs code"),
    ],
)
def test_threat_stands_by_its_components(
    catalogue: ThreatCatalogue,
    conditions: CelConditions,
    threat: str,
    with_it: tuple[Facts, ...],
    without_it: tuple[Facts, ...],
) -> None:
    assert threat in found(catalogue, conditions, *with_it)
    assert threat not in found(catalogue, conditions, *without_it)


def test_threat_names_the_components_through_which_it_comes(
    catalogue: ThreatCatalogue, conditions: CelConditions
) -> None:
    threat = found(catalogue, conditions, LLM, RUNNER, READER)["T09"]

    assert (threat.components, threat.because) == (("search", "shell"), "through search, shell")


def test_silence_rules_no_threat_out(catalogue: ThreatCatalogue, conditions: CelConditions) -> None:
    silent = {key: value for key, value in PUBLIC.items() if key != "data_classes"}

    stated = found(catalogue, conditions, LLM)
    unstated = found(catalogue, conditions, LLM, system=silent)

    assert "T05" not in stated
    assert unstated["T05"].missing == ("system.data_classes",)
    assert "cannot be ruled out" in unstated["T05"].because


def test_lethal_combination_is_told_with_the_threat(catalogue: ThreatCatalogue, conditions: CelConditions) -> None:
    index = {"type": "index", "key": "kb", "trusted": False, "personal_data": True, "uses": []}
    agent = {"type": "agent", "key": "chat", "uses": ["kb", "shell"]}

    flows = found(catalogue, conditions, LLM, index, RUNNER, agent)["T33"].flows

    assert flows == ("chat: private data (kb) meet content that outsiders can write (kb) and a way out (shell)",)


@pytest.mark.parametrize(
    ("agents", "cascades"),
    [
        pytest.param([{"type": "agent", "key": "a", "uses": ["b"]}, {"type": "agent", "key": "b", "uses": []}], True),
        pytest.param([{"type": "agent", "key": "a", "uses": []}, {"type": "agent", "key": "b", "uses": []}], False),
    ],
)
def test_cascade_needs_an_agent_that_uses_another(
    catalogue: ThreatCatalogue, conditions: CelConditions, agents: list[Facts], cascades: bool
) -> None:
    assert ("T27" in found(catalogue, conditions, LLM, *agents)) is cascades


def test_threats_come_sorted_and_once(catalogue: ThreatCatalogue, conditions: CelConditions) -> None:
    ids = list(found(catalogue, conditions, LLM, RUNNER, READER, SERVER, TRAINING))

    assert ids == sorted(set(ids))
