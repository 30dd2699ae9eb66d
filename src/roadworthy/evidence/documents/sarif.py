"""A decision as SARIF 2.1.0, for code scanning: one result for each rule with something left to do.

No message carries text under test. ``level`` is how a rule counts, not how bad the harm is.

Source:
    OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0, sections 3.27 and 3.49.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from roadworthy.core.clock import rfc3339
from roadworthy.core.digest import JsonValue
from roadworthy.core.severity import Severity
from roadworthy.evidence.documents.oversight import exception_text
from roadworthy.evidence.documents.wording import OUTCOME_WORD, is_owed
from roadworthy.gates.model import GateDecision, RuleResult

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVEL = {Severity.BLOCK: "error", Severity.WARN: "warning", Severity.INFO: "note"}


def sarif_of(
    decision: GateDecision, *, manifest: str = "roadworthy.yaml", task_files: Mapping[str, str] | None = None
) -> dict[str, JsonValue]:
    """Return ``decision`` as a SARIF log.

    Args:
        decision: What was decided.
        manifest: Path of the manifest, relative to the repository's root.
        task_files: Path of each task's file by task id; a rule that such a task serves is
            shown there, every other one at the manifest.
    """
    owed = [result for result in decision.results if is_owed(result)]
    rules = sorted({result.rule: result for result in owed}.values(), key=lambda r: r.rule)
    name, _, version = decision.evaluator.partition("/")
    index = {result.rule: position for position, result in enumerate(rules)}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": name or "roadworthy",
                        "semanticVersion": f"{version or '0'}.0.0",
                        "rules": [_rule(result) for result in rules],
                    }
                },
                "results": [
                    _result(result, decision, index=index[result.rule], manifest=manifest, task_files=task_files or {})
                    for result in owed
                ],
                "properties": {
                    "verdict": decision.verdict.value,
                    "release": decision.release,
                    "decision": decision.id,
                    "consent": None if decision.consent is None else decision.consent.state.value,
                    "approvers": [] if decision.consent is None else list(decision.consent.approvers),
                },
            }
        ],
    }


def _rule(result: RuleResult) -> JsonValue:
    return {
        "id": result.rule,
        "name": result.control,
        "shortDescription": {"text": result.title},
        "fullDescription": {"text": result.requirement},
        "help": {"text": result.remediation or result.requirement},
        "defaultConfiguration": {"level": _LEVEL[result.severity]},
    }


def _result(
    result: RuleResult,
    decision: GateDecision,
    *,
    index: int,
    manifest: str,
    task_files: Mapping[str, str],
) -> JsonValue:
    suppressed = _suppressions(result, decision)
    file = next((task_files[task] for task in result.tasks if task in task_files), manifest)
    return {
        "ruleId": result.rule,
        "ruleIndex": index,
        "level": _LEVEL[result.severity],
        "kind": "fail",
        "message": {"text": f"{OUTCOME_WORD[result.outcome]}: {result.reason}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": file, "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 1},
                }
            }
        ],
        # Stable from one release to the next, so that a finding is followed and not opened anew.
        "partialFingerprints": {
            "roadworthyRule/v1": hashlib.sha256(f"{decision.system}\n{result.rule}".encode()).hexdigest(),
            "roadworthyRelease/v1": hashlib.sha256(f"{decision.release}\n{result.rule}".encode()).hexdigest(),
        },
        **({"suppressions": suppressed} if suppressed else {}),
        "properties": {"outcome": result.outcome.value, "area": result.area.value},
    }


def _suppressions(result: RuleResult, decision: GateDecision) -> list[JsonValue]:
    """Say of a rule that an exception lets through who agreed to that, why, and until when.

    Source:
        SARIF 2.1.0, section 3.35: a suppression outside of the source, by decision of people.
    """
    return [
        {
            "kind": "external",
            "status": "accepted",
            "justification": f"{exception_text(standing)}: {standing.justification}",
            "properties": {
                "exception": standing.id,
                "expires": rfc3339(standing.expires_at),
                "requestedBy": standing.requested_by,
                "approvedBy": list(standing.consent.approvers),
                "compensating": list(standing.compensating),
            },
        }
        for standing in decision.exceptions
        if standing.id in result.exceptions
    ]
