"""What is owed, as OSCAL risks: open, or an approved deviation where an exception is effective."""

from __future__ import annotations

from roadworthy.core.clock import rfc3339
from roadworthy.core.digest import JsonValue
from roadworthy.evidence.exchange.oscal.parts import Json, line, origin, own_uuid, prop
from roadworthy.evidence.exchange.source import DecidedRelease
from roadworthy.exceptions.model import ExceptionStanding, ExceptionState
from roadworthy.gates.model import RuleOutcome, RuleResult

_HOLDS = {RuleOutcome.PASS, RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING}
_ASKED_FOR = {ExceptionState.REQUESTED, ExceptionState.UNDER_REVIEW}


def is_owed(result: RuleResult) -> bool:
    """Return whether something is left to do for a rule, excepted or not."""
    return result.outcome not in _HOLDS


def risk_uuid(source: DecidedRelease, result: RuleResult) -> str:
    """Return the UUID of the risk that a rule leaves."""
    return own_uuid(source, "risk", result.rule)


def risks_of(source: DecidedRelease) -> list[JsonValue]:
    """Return a risk for each rule that is owed. An exception hides none: it changes the status."""
    return [_risk(source, result) for result in source.decision.results if is_owed(result)]


def status_of(source: DecidedRelease, result: RuleResult) -> str:
    """Return *deviation-approved* only where an effective exception let the rule through."""
    if result.exceptions:
        return "deviation-approved"
    asked = any(one.state in _ASKED_FOR and result.rule in one.rules for one in source.decision.exceptions)
    return "deviation-requested" if asked else "open"


def _risk(source: DecidedRelease, result: RuleResult) -> JsonValue:
    excepted = [one for one in source.decision.exceptions if one.id in result.exceptions]
    control = source.control_of(result.rule)
    made: Json = {
        "uuid": risk_uuid(source, result),
        "title": line(f"{result.title}: {result.outcome.value}"),
        "description": result.reason,
        "statement": control.control.why if control else result.requirement,
        "props": [prop("rule", result.rule), prop("outcome", result.outcome.value)],
        "status": status_of(source, result),
        "origins": origin(source),
        "remediations": [_remediation(source, result), *(_deviation(source, result, one) for one in excepted)],
    }
    threats = control.control.threats if control else ()
    if threats:
        made["threat-ids"] = [
            {"system": "urn:roadworthy:threats", "id": f"urn:roadworthy:threat:{threat}"} for threat in threats
        ]
    if excepted:
        made["deadline"] = rfc3339(min(one.expires_at for one in excepted))
        factors = [_factor(source, result, one, rule) for one in excepted for rule in one.compensating]
        made |= {"mitigating-factors": factors} if factors else {}
    return made


def _remediation(source: DecidedRelease, result: RuleResult) -> JsonValue:
    return {
        "uuid": own_uuid(source, "remediation", result.rule),
        "lifecycle": "recommendation",
        "title": line(result.remediation or f"Make {result.rule} hold"),
        "description": result.remediation or result.requirement,
    }


def _deviation(source: DecidedRelease, result: RuleResult, one: ExceptionStanding) -> JsonValue:
    return {
        "uuid": own_uuid(source, "deviation", result.rule, one.id),
        "lifecycle": "planned",
        "title": line(f"Exception {one.id}"),
        "description": f"The rule may go unmet until {rfc3339(one.expires_at)}; then it binds again.",
        "props": [
            {"name": "type", "value": "accept"},
            prop("exception", one.id),
            prop("exception-digest", one.digest),
            prop("reason-code", one.reason_code.value),
        ],
    }


def _factor(source: DecidedRelease, result: RuleResult, one: ExceptionStanding, rule: str) -> JsonValue:
    return {
        "uuid": own_uuid(source, "mitigation", result.rule, one.id, rule),
        "description": f"The compensating rule {rule} passes.",
        "props": [prop("rule", rule)],
    }
