"""Claims, evidence and counter-evidence of a decision, as CycloneDX attestations.

Only a rule that holds is a claim, and only a refuted one a counter-claim. What is missing, stale or
too little is neither: its requirement is listed with nothing behind it, and its outcome stands in the
file's properties.
"""

from __future__ import annotations

from roadworthy.core.clock import rfc3339
from roadworthy.core.digest import JsonValue, canonical_json, plain
from roadworthy.core.evidence import Evidence
from roadworthy.evidence.exchange.cyclonedx.parts import Json, evidence_ref, requirement_ref, without_empty
from roadworthy.evidence.exchange.source import DecidedRelease
from roadworthy.gates.model import Judged, RuleOutcome, RuleResult, Validity

ASSESSOR = "assessor:gate"


def declarations_of(source: DecidedRelease, *, target: str) -> Json:
    """Return assessor, claims, evidence and what they mean for each requirement.

    Args:
        source: The decided release.
        target: Reference of the system that the claims are about.
    """
    claims = [_claim(result, target=target) for result in source.decision.results if result.outcome in _CLAIMS]
    return {
        "assessors": [
            {
                "bom-ref": ASSESSOR,
                "thirdParty": False,
                "organization": {"name": source.manifest.system.owner or source.manifest.system.name},
            }
        ],
        "attestations": [
            {
                "summary": f"{source.decision.verdict.value}: {source.decision.summary}",
                "assessor": ASSESSOR,
                "map": [entry for result in source.decision.results for entry in _mapped(result)],
            }
        ],
        "claims": list(claims),
        "evidence": [_evidence(source, item) for item in source.evidence],
    }


_CLAIMS = {RuleOutcome.PASS, RuleOutcome.FAIL}


def _ref(result: RuleResult) -> str:
    return f"claim:{result.rule}"


def _claim(result: RuleResult, *, target: str) -> JsonValue:
    held = result.outcome is RuleOutcome.PASS
    cited: list[JsonValue] = [evidence_ref(used.id) for used in result.evidence if used.validity is Validity.VALID]
    said = result.requirement.removeprefix("Verify that ").rstrip(".")
    return without_empty(
        {
            "bom-ref": _ref(result),
            "target": target,
            "predicate": said if held else f"It does not hold that {said}",
            "reasoning": result.reason,
            "evidence" if held else "counterEvidence": cited,
        }
    )


def _mapped(result: RuleResult) -> list[JsonValue]:
    """Map a rule to its control, and to every requirement that the control is linked to."""
    own = _entry(result, requirement_ref("controls", result.control), confidence=None)
    linked = [
        _entry(
            result,
            requirement_ref(link.framework, link.id),
            confidence=f"The control {link.relation} the requirement, strength {link.strength} of 10, "
            f"link {link.status}. {link.rationale}",
        )
        for link in result.serves
        if link.status in {"proposed", "reviewed"}
    ]
    return [own, *linked]


def _entry(result: RuleResult, requirement: str, *, confidence: str | None) -> JsonValue:
    claims: list[JsonValue] = [_ref(result)] if result.outcome is RuleOutcome.PASS else []
    against: list[JsonValue] = [_ref(result)] if result.outcome is RuleOutcome.FAIL else []
    return without_empty(
        {
            "requirement": requirement,
            "claims": claims,
            "counterClaims": against,
            # A score against a framework's requirement would claim more than a link says.
            "conformance": _conformance(result) if confidence is None else None,
            "confidence": {"rationale": confidence} if confidence else None,
        }
    )


def _conformance(result: RuleResult) -> Json | None:
    """Return how much was measured to hold: the success rate that is proven, at the worst bound. None else."""
    if result.outcome is not RuleOutcome.PASS or not result.judged:
        return None
    proven = [_proven(item) for item in result.judged]
    known = [value for value in proven if value is not None]
    if len(known) != len(proven):
        return None
    confidence = min(item.confidence for item in result.judged)
    return {
        "score": round(min(known), 6),
        "rationale": f"Lowest success rate that the samples prove, one-sided at {confidence:g}: {result.reason}",
    }


def _proven(item: Judged) -> float | None:
    if item.rate == "success":
        return item.low
    return None if item.high is None else 1.0 - item.high


def _evidence(source: DecidedRelease, item: Evidence) -> JsonValue:
    expires = source.expires_at(item)
    declared = item.declaration
    return without_empty(
        {
            "bom-ref": evidence_ref(item.id),
            "propertyName": item.type,
            "description": _description(source, item),
            "created": rfc3339(item.observed_at),
            "expires": rfc3339(expires) if expires else None,
            "author": {"name": declared.author} if declared else None,
            "data": [
                {
                    "name": "what was found",
                    "contents": {
                        "attachment": {
                            "contentType": "application/json",
                            "content": canonical_json(_figures(source, item)).decode("utf-8"),
                        }
                    },
                }
            ],
        }
    )


def _description(source: DecidedRelease, item: Evidence) -> str:
    looked_at = source.uses(item.id)
    not_counted = sorted(
        {used.reason or used.validity.value for _, used in looked_at if used.validity is not Validity.VALID}
    )
    what = f"Declared: {item.declaration.statement}" if item.declaration else f"{item.type}, {item.origin.value}"
    if not_counted:
        return f"{what}. It did not count: {'; '.join(not_counted)}"
    return what if looked_at else f"{what}. No rule looked at it"


def _figures(source: DecidedRelease, item: Evidence) -> Json:
    made: Json = {"evidence": item.id, "digest": source.digest(item.id), "assurance": item.assurance.value}
    if item.result is None:
        return made
    result = item.result
    return made | {
        "run": result.run,
        "task": result.task,
        "task_digest": result.task_digest,
        "results": [
            {
                "metric": one.metric,
                "slice": one.slice,
                "successes": one.numerator,
                "n": one.denominator,
                "attempted": one.attempted,
                "interval": plain(one.interval),
            }
            for one in result.measurements
        ],
    }
