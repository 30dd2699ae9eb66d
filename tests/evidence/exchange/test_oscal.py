"""The OSCAL folder is valid, every reference in it leads somewhere, and nothing is satisfied that did not pass."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema
import pytest
import regex

from roadworthy.approvals.standing import ConsentStanding, ConsentState
from roadworthy.core.digest import digest_of
from roadworthy.evidence.exchange.identifiers import token
from roadworthy.evidence.exchange.oscal.folder import OscalModel, folder_of
from roadworthy.evidence.exchange.source import DecidedRelease
from roadworthy.exceptions.model import ExceptionStanding, ExceptionState, ReasonCode
from roadworthy.gates.model import RuleOutcome
from roadworthy.governance.model import ConsentKind

SCHEMAS = Path(__file__).parents[4] / "shared" / "catalogs" / "oscal-1.2.1-schemas"
SCHEMA_OF = {
    "catalog.json": "catalog",
    "system-security-plan.json": "ssp",
    "assessment-plan.json": "assessment-plan",
    "assessment-results.json": "assessment-results",
    "component-definition.json": "component",
    "plan-of-action-and-milestones.json": "poam",
}
WORLDS = ["blocked", "shipped"]


def documents(files: Mapping[str, bytes]) -> dict[str, Any]:
    return {name: json.loads(content) for name, content in files.items() if name in SCHEMA_OF}


def every(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, held in value.items():
            yield key, held
            yield from every(held)
    elif isinstance(value, list):
        for held in value:
            yield from every(held)


def _pattern(_: Any, pattern: str, text: Any, __: Any) -> Iterator[jsonschema.ValidationError]:
    """The schemas use classes such as ``\\p{L}``, which the standard library's expressions do not know."""
    if isinstance(text, str) and not regex.search(pattern, text):
        yield jsonschema.ValidationError(f"{text!r} does not match {pattern!r}")


@pytest.fixture(scope="module")
def validators() -> dict[str, Any]:
    kind = jsonschema.validators.extend(jsonschema.Draft7Validator, {"pattern": _pattern})
    return {
        name: kind(json.loads((SCHEMAS / f"oscal_{short}_schema.json").read_text()))
        for name, short in SCHEMA_OF.items()
    }


@pytest.mark.shared
@pytest.mark.parametrize("which", WORLDS)
def test_every_document_is_valid_by_the_official_schemas(
    which: str, validators: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    source = _excepted(request.getfixturevalue(which))
    seen = set()
    for model in OscalModel:
        for name, document in documents(folder_of(source, model=model)).items():
            faults = [f"{list(e.absolute_path)}: {e.message[:300]}" for e in validators[name].iter_errors(document)]
            assert faults == [], name
            seen.add(name)
    assert seen == set(SCHEMA_OF)


@pytest.mark.parametrize("which", WORLDS)
@pytest.mark.parametrize("model", list(OscalModel))
def test_every_reference_leads_to_what_it_names(which: str, model: OscalModel, request: pytest.FixtureRequest) -> None:
    files = folder_of(request.getfixturevalue(which), model=model)
    held = documents(files)
    declared = {value for document in held.values() for key, value in every(document) if key == "uuid"}
    for name, document in held.items():
        [body] = document.values()
        resources = {one["uuid"]: one for one in body.get("back-matter", {}).get("resources", ())}
        for key, value in every(document):
            if key in {"href", "source"} and value.startswith("#"):
                assert value[1:] in resources, (name, value)
            elif key.endswith("-uuid"):
                assert value in declared, (name, key)
            elif key == "rlinks":
                [link] = value
                found = hashlib.sha256(files[link["href"]]).hexdigest()
                assert link["hashes"] == [{"algorithm": "SHA-256", "value": found}]


@pytest.mark.parametrize("which", WORLDS)
def test_imports_lead_from_the_results_to_the_catalogue(which: str, request: pytest.FixtureRequest) -> None:
    held = documents(folder_of(request.getfixturevalue(which), model=OscalModel.ASSESSMENT_RESULTS))

    def follow(name: str, key: str) -> str:
        [body] = held[name].values()
        resource = next(r for r in body["back-matter"]["resources"] if r["uuid"] == body[key]["href"][1:])
        return resource["rlinks"][0]["href"]

    assert follow("assessment-results.json", "import-ap") == "assessment-plan.json"
    assert follow("assessment-plan.json", "import-ssp") == "system-security-plan.json"
    assert follow("system-security-plan.json", "import-profile") == "catalog.json"


@pytest.mark.parametrize("which", WORLDS)
def test_controls_and_objectives_that_are_named_are_in_the_catalogue(
    which: str, request: pytest.FixtureRequest
) -> None:
    held = documents(folder_of(request.getfixturevalue(which), model=OscalModel.ASSESSMENT_RESULTS))
    controls = {control["id"] for control in held["catalog.json"]["catalog"]["controls"]}
    parts = {part["id"] for control in held["catalog.json"]["catalog"]["controls"] for part in control["parts"]}
    named = [value for document in held.values() for key, value in every(document) if key == "control-id"]
    asked = [
        v
        for document in held.values()
        for k, v in every(document)
        if k in {"objective-id", "target-id"} and isinstance(v, str)
    ]

    assert named
    assert asked
    assert set(named) <= controls
    assert set(asked) <= parts


@pytest.mark.parametrize("which", WORLDS)
def test_only_what_passed_is_satisfied_and_the_reason_says_why_not(which: str, request: pytest.FixtureRequest) -> None:
    source = request.getfixturevalue(which)
    result = _result(source)
    expected = {
        token(r.rule): ("satisfied", "pass") if r.outcome is RuleOutcome.PASS else ("not-satisfied", r.outcome.value)
        for r in source.decision.results
        if r.outcome not in {RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING}
    }
    found = {
        one["target"]["target-id"]: (one["target"]["status"]["state"], one["target"]["status"]["reason"])
        for one in result["findings"]
    }

    assert found == expected


def test_uuids_follow_from_the_decision_and_none_is_given_twice(blocked: DecidedRelease) -> None:
    files = folder_of(blocked, model=OscalModel.ASSESSMENT_RESULTS)
    for document in documents(files).values():
        own = [value for key, value in every(document) if key == "uuid"]
        assert len(own) == len(set(own))
        assert {UUID(value).version for value in own} == {5}
    assert files == folder_of(blocked, model=OscalModel.ASSESSMENT_RESULTS)


def test_evidence_goes_along_with_its_hash_and_observations_end(shipped: DecidedRelease) -> None:
    files = folder_of(shipped, model=OscalModel.ASSESSMENT_RESULTS)
    observed = [one for one in _result(shipped)["observations"] if one["title"] != "Stated facts"]

    assert {name for name in files if name.startswith("evidence/")} == {
        f"evidence/{item.id}.dsse.json" for item in shipped.evidence
    }
    assert all(one["collected"] < one["expires"] for one in observed)
    assert all(one["subjects"] and one["relevant-evidence"] for one in observed)


def test_evidence_without_a_signature_goes_along_as_a_citation_alone(shipped: DecidedRelease) -> None:
    files = folder_of(replace(shipped, envelopes={}), model=OscalModel.ASSESSMENT_RESULTS)
    body = json.loads(files["assessment-results.json"])["assessment-results"]
    cited = [one for one in body["back-matter"]["resources"] if "rlinks" not in one]

    assert not any(name.startswith("evidence/") for name in files)
    assert len(cited) == len(shipped.evidence)


def test_an_effective_exception_is_an_approved_deviation_and_the_finding_stays_unsatisfied(
    blocked: DecidedRelease,
) -> None:
    source = _excepted(blocked)
    excepted = next(r for r in source.decision.results if r.exceptions)
    result = _result(source)
    finding = next(one for one in result["findings"] if one["target"]["target-id"] == token(excepted.rule))
    risk = next(one for one in result["risks"] if one["uuid"] == finding["related-risks"][0]["risk-uuid"])

    assert finding["target"]["status"]["state"] == "not-satisfied"
    assert risk["status"] == "deviation-approved"
    assert risk["deadline"] == "2027-01-01T00:00:00Z"
    assert [one["lifecycle"] for one in risk["remediations"]] == ["recommendation", "planned"]
    assert risk["mitigating-factors"]
    assert {one["status"] for one in result["risks"] if one is not risk} == {"open"}


def test_nothing_owed_leaves_no_plan_of_action(shipped: DecidedRelease) -> None:
    assert "plan-of-action-and-milestones.json" not in folder_of(shipped, model=OscalModel.POAM)


def _result(source: DecidedRelease) -> Any:
    files = folder_of(source, model=OscalModel.ASSESSMENT_RESULTS)
    return json.loads(files["assessment-results.json"])["assessment-results"]["results"][0]


def _excepted(source: DecidedRelease) -> DecidedRelease:
    """Let the first rule that is not met through by an exception; make one unmet where all are."""
    decision = source.decision
    unmet = next((r for r in decision.results if r.outcome is RuleOutcome.MISSING), decision.results[0])
    passing = next(r for r in decision.results if r.outcome is RuleOutcome.PASS and r is not unmet)
    standing = ExceptionStanding(
        id="exception_1",
        digest=digest_of("exception"),
        state=ExceptionState.ACTIVE,
        in_scope=True,
        effective=True,
        reason="",
        rules=(unmet.rule,),
        waived=(unmet.rule,),
        reason_code=ReasonCode.COMPENSATED,
        expires_at=datetime(2027, 1, 1, tzinfo=UTC),
        requested_by="ada",
        consent=ConsentStanding(
            kind=ConsentKind.EXCEPTION,
            state=ConsentState.APPROVED,
            payload=digest_of("payload"),
            request="request_1",
            reason="",
        ),
        compensating=(passing.rule,),
    )
    results = tuple(
        replace(r, outcome=RuleOutcome.MISSING, exceptions=("exception_1",)) if r is unmet else r
        for r in decision.results
    )
    return replace(source, decision=replace(decision, results=results, exceptions=(standing,)))
