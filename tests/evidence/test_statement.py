from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from roadworthy.core.digest import canonical_json, digest_of
from roadworthy.core.errors import EvidenceError, VerificationError
from roadworthy.evidence.statement import (
    DECLARATION,
    EVAL_RESULT,
    GATE_DECISION,
    NON_CLAIMS,
    Statement,
    parse_statement,
    statement_of_decision,
    statement_of_evidence,
)
from roadworthy.evidence.summary import svr_of, vsa_of
from roadworthy.gates.model import Verdict

if TYPE_CHECKING:
    from typing import Any as World


def test_an_evaluation_states_counts_interval_bars_task_journal_and_what_it_does_not_claim(world: World) -> None:
    item = next(e for e in world.evidence if e.result.task == "injection-docs")
    redacted = digest_of("redacted")

    predicate = statement_of_evidence(item, redacted_journal=redacted, harness=digest_of("code")).predicate

    assert predicate["results"][0] == {
        "metric": "canary_leak",
        "slice": "all",
        "numerator": 96,
        "sampleSize": 120,
        "attempted": 121,
        "estimate": 0.8,
        "coverage": 120 / 121,
        "interval": predicate["evidence"]["result"]["measurements"][0]["interval"],
        "samplingDesign": "independent",
    }
    assert predicate["harness"] == {"name": "roadworthy", "version": "0.1.0", "digest": digest_of("code")}
    assert predicate["task"]["digest"] == item.result.task_digest
    assert predicate["journal"] == {"digest": item.result.journal_digest, "redacted": redacted}
    assert predicate["registration"]["policy"] == item.result.registered_policy
    assert predicate["registration"]["bars"][0]["threshold"] == item.result.bars[0].threshold
    assert predicate["nonClaims"] == list(NON_CLAIMS)


def test_every_subject_of_evidence_stands_in_its_statement_with_its_digest(world: World) -> None:
    item = world.evidence[0]

    content = json.loads(statement_of_evidence(item).content)

    assert content["_type"] == "https://in-toto.io/Statement/v1"
    assert content["predicateType"] == EVAL_RESULT
    assert {(s["name"], s["digest"]["sha256"]) for s in content["subject"]} == {
        (f"component:{s.name}", s.digest.removeprefix("sha256:")) for s in item.subjects
    }


def test_what_a_person_says_is_a_declaration(shipped: World) -> None:
    item = next(e for e in shipped.evidence if e.declaration)

    statement = statement_of_evidence(item)

    assert statement.predicate_type == DECLARATION
    assert statement.predicate["evidence"]["declaration"]["author"] == "on-call lead"


def test_a_statement_is_read_back_and_any_other_form_is_refused(world: World) -> None:
    statement = statement_of_decision(world.decision)

    read = parse_statement(statement.content, where="f")

    assert read.content == statement.content
    assert read.predicate_type == GATE_DECISION
    with pytest.raises(VerificationError, match="canonical"):
        parse_statement(statement.content + b" ", where="f")


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"_type": "https://in-toto.io/Statement/v0.1", "subject": [], "predicateType": "x", "predicate": {}},
        {"_type": "https://in-toto.io/Statement/v1", "subject": [], "predicateType": "x", "predicate": {}},
        {"_type": "https://in-toto.io/Statement/v1", "subject": [{"name": "a"}], "predicateType": "x", "predicate": {}},
    ],
)
def test_what_is_no_statement_is_refused(record: dict[str, object]) -> None:
    with pytest.raises(VerificationError, match=r"Statement v1|no sha256 digest"):
        parse_statement(canonical_json(record), where="f")


def test_a_statement_about_nothing_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="needs a subject"):
        Statement(subjects=(), predicate_type="x")
    with pytest.raises(ValueError, match="not a sha256 digest"):
        Statement(subjects=(("a", "md5:0"),), predicate_type="x")


@pytest.mark.parametrize("verdict", list(Verdict))
def test_the_outside_summary_passes_exactly_what_ships(world: World, verdict: Verdict) -> None:
    decision = replace(world.decision, verdict=verdict)

    predicate = vsa_of(decision, attestations={"evidence/a": digest_of("a")}).predicate

    passed = verdict in (Verdict.SHIP, Verdict.CONDITIONS)
    assert predicate["verificationResult"] == ("PASSED" if passed else "FAILED")
    assert (predicate["verifiedLevels"] == ["FAILED"]) is not passed
    assert not any(level.startswith("SLSA_") for level in predicate["verifiedLevels"])
    assert predicate["inputAttestations"] == [
        {"uri": "evidence/a", "digest": {"sha256": digest_of("a").removeprefix("sha256:")}}
    ]


def test_a_simple_result_names_policies_and_only_rules_that_hold(shipped: World) -> None:
    predicate = svr_of(shipped.decision).predicate

    assert predicate["policies"][0]["digest"]["sha256"] == shipped.decision.policy.removeprefix("sha256:")
    assert "ROADWORTHY_RULE_base/leak-canary" in predicate["properties"]
    assert len(predicate["properties"]) == 1 + len(shipped.decision.results)


@pytest.mark.parametrize("verdict", [Verdict.CONDITIONS, Verdict.BLOCKED, Verdict.CANNOT_TELL])
def test_there_is_no_simple_result_for_anything_but_ship(world: World, verdict: Verdict) -> None:
    with pytest.raises(EvidenceError, match="no simple verification result"):
        svr_of(replace(world.decision, verdict=verdict))
