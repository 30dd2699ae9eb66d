"""Observations, findings and risks of a decision.

Only a rule that passed is *satisfied*. What is missing, stale, too little or in error is not satisfied,
with that word as the reason. What does not apply, or does not bind yet, is no finding: the format could
only call it satisfied or not, and both would be wrong.
"""

from __future__ import annotations

from roadworthy.core.clock import rfc3339
from roadworthy.core.digest import JsonValue
from roadworthy.core.evidence import Evidence, Origin
from roadworthy.evidence.exchange.identifiers import token
from roadworthy.evidence.exchange.oscal.parts import (
    File,
    Json,
    assessment_assets,
    component_uuid,
    file_resource,
    line,
    metadata,
    origin,
    own_uuid,
    prop,
    resource_uuid,
    reviewed_controls,
)
from roadworthy.evidence.exchange.oscal.risks import is_owed, risk_uuid, risks_of
from roadworthy.evidence.exchange.source import DecidedRelease
from roadworthy.gates.model import RuleOutcome, RuleResult, Validity

_NO_FINDING = {RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING}


def assessment_results_of(source: DecidedRelease, *, plan: File, evidence: dict[str, File]) -> Json:
    """Return what the assessment found.

    Args:
        source: The decided release.
        plan: The assessment plan that it followed.
        evidence: File of each piece of evidence that goes along, by its id.
    """
    decision = source.decision
    result: Json = {
        "uuid": own_uuid(source, "result"),
        "title": line(f"Gate decision {decision.id}"),
        "description": decision.summary,
        "start": rfc3339(min((item.observed_at for item in source.evidence), default=decision.decided_at)),
        "end": rfc3339(decision.decided_at),
        "props": [
            prop("verdict", decision.verdict.value),
            prop("valid-until", rfc3339(decision.valid_until)),
            *(prop(r.outcome.value, r.rule, remarks=r.reason) for r in decision.results if r.outcome in _NO_FINDING),
        ],
        "local-definitions": {"assessment-assets": assessment_assets(source)},
        "reviewed-controls": reviewed_controls(source),
        "observations": observations_of(source),
        "findings": [_finding(source, r) for r in decision.results if r.outcome not in _NO_FINDING],
    }
    risks = risks_of(source)
    if risks:
        result["risks"] = risks
    return {
        "assessment-results": {
            "uuid": own_uuid(source, "assessment-results"),
            "metadata": metadata(source, title=f"{source.manifest.system.name}: assessment results"),
            "import-ap": {"href": f"#{resource_uuid(source, plan.name)}"},
            "results": [result],
            "back-matter": {"resources": [file_resource(source, plan), *evidence_resources(source, evidence)]},
        }
    }


def observations_of(source: DecidedRelease) -> list[JsonValue]:
    """Return one observation for each piece of evidence, and one for the stated facts."""
    return [*(_observed(source, item) for item in source.evidence), _facts(source)]


def evidence_resources(source: DecidedRelease, files: dict[str, File]) -> list[JsonValue]:
    """Return a resource for each piece of evidence: its file with the hash, or its digest where none goes along."""
    return [
        file_resource(source, files[item.id]) | {"uuid": resource_uuid(source, item.id)}
        if item.id in files
        else {
            "uuid": resource_uuid(source, item.id),
            "title": line(item.id),
            "props": [prop("digest", source.digest(item.id))],
            "citation": {"text": "Its signature did not hold, so no statement about it goes along."},
        }
        for item in source.evidence
    ]


def _observed(source: DecidedRelease, item: Evidence) -> JsonValue:
    expires = source.expires_at(item)
    looked_at = source.uses(item.id)
    counted = sorted({used.validity.value for _, used in looked_at}) or ["not-looked-at"]
    made: Json = {
        "uuid": own_uuid(source, "observation", item.id),
        "title": line(item.type),
        "description": _description(item),
        "props": [
            prop("evidence", item.id),
            prop("digest", source.digest(item.id)),
            prop("assurance", item.assurance.value),
            *(prop("validity", one) for one in counted),
            *_figures(item),
        ],
        "methods": ["EXAMINE" if item.origin is Origin.HUMAN_DECLARED else "TEST"],
        "types": ["control-objective"],
        "origins": origin(source),
        "collected": rfc3339(item.observed_at),
        "relevant-evidence": [
            {"href": f"#{resource_uuid(source, item.id)}", "description": "The signed statement about it."}
        ],
    }
    subjects: list[JsonValue] = [
        {"subject-uuid": component_uuid(source, subject.name), "type": "component"}
        for subject in item.subjects
        if subject.kind == "component"
        and any((c.key, c.digest) == (subject.name, subject.digest) for c in source.release.components)
    ]
    made |= {"subjects": subjects} if subjects else {}
    return made | ({"expires": rfc3339(expires)} if expires else {})


def _description(item: Evidence) -> str:
    if item.declaration is not None:
        return f"Declared by {item.declaration.author}: {item.declaration.statement}"
    if item.result is None:
        return f"Evidence of the type {item.type}."
    return f"Evaluation run {item.result.run} of task {item.result.task}."


def _figures(item: Evidence) -> list[Json]:
    if item.result is None:
        return []
    return [
        prop("measurement", f"{one.metric} [{one.slice}]: {one.numerator} of {one.denominator} succeeded")
        for one in item.result.measurements
    ]


def _facts(source: DecidedRelease) -> JsonValue:
    return {
        "uuid": own_uuid(source, "observation", "facts"),
        "title": "Stated facts",
        "description": "What the manifest states of the system, and what was read of its release.",
        "props": [prop("digest", source.decision.facts)],
        "methods": ["EXAMINE"],
        "types": ["control-objective"],
        "origins": origin(source),
        "collected": rfc3339(source.decision.decided_at),
    }


def _finding(source: DecidedRelease, result: RuleResult) -> JsonValue:
    passed = result.outcome is RuleOutcome.PASS
    made: Json = {
        "uuid": own_uuid(source, "finding", result.rule),
        "title": line(result.title),
        "description": result.reason,
        "props": [
            prop("rule", result.rule),
            prop("outcome", result.outcome.value),
            prop("severity", result.severity.value),
            *(prop("exception", one) for one in result.exceptions),
        ],
        "origins": origin(source),
        "target": {
            "type": "objective-id",
            "target-id": token(result.rule),
            "status": {
                "state": "satisfied" if passed else "not-satisfied",
                "reason": "pass" if passed else result.outcome.value,
                "remarks": result.reason,
            },
        },
        "related-observations": [{"observation-uuid": one} for one in related(source, result)],
    }
    return made | ({"related-risks": [{"risk-uuid": risk_uuid(source, result)}]} if is_owed(result) else {})


def related(source: DecidedRelease, result: RuleResult) -> list[str]:
    """Return the observations that a finding follows from: the evidence that counted, else the stated facts."""
    counted = [used.id for used in result.evidence if used.validity is Validity.VALID]
    looked_at = counted or [used.id for used in result.evidence]
    return [own_uuid(source, "observation", name) for name in dict.fromkeys(looked_at or ["facts"])]
