"""A lint report as SARIF 2.1.0, for code scanning and editors. No message carries a secret or personal data.

Source:
    OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0, sections 3.27, 3.35 and 3.49.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from roadworthy.core.digest import JsonValue
from roadworthy.core.severity import Severity
from roadworthy.evidence.documents.sarif import SCHEMA
from roadworthy.lint.model import Finding, LintReport, LintRule

_LEVEL = {Severity.BLOCK: "error", Severity.WARN: "warning", Severity.INFO: "note"}


def lint_sarif_of(report: LintReport, *, rules: Iterable[LintRule], version: str) -> dict[str, JsonValue]:
    """Return ``report`` as a SARIF log; suppressed findings are in it, marked as such.

    Args:
        report: What was found.
        rules: Rules that were asked; those without a finding are listed as well.
        version: Of the program, as SemVer.
    """
    findings = (*report.findings, *report.suppressed)
    asked = {rule.id: rule for rule in rules if rule.id in set(report.rules)}
    ids = sorted({*asked, *(finding.rule for finding in findings)})
    index = {rule: number for number, rule in enumerate(ids)}
    examples: Mapping[str, Finding] = {finding.rule: finding for finding in reversed(findings)}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "roadworthy-lint",
                        "semanticVersion": version,
                        "rules": [_rule(one, asked.get(one), examples.get(one)) for one in ids],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The folder that was looked at."}}},
                "invocations": [_invocation(report)],
                "results": [_result(finding, index=index[finding.rule]) for finding in findings],
                "properties": {"files": report.files, "excluded": list(report.excluded)},
            }
        ],
    }


def _rule(name: str, rule: LintRule | None, example: Finding | None) -> JsonValue:
    if rule is None:
        said, fix, severity = (
            (example.said, example.fix, example.severity) if example is not None else (name, name, Severity.INFO)
        )
        title = why = name if example is None else said
        references: list[JsonValue] = []
    else:
        title, why, fix, severity = rule.title, rule.why, rule.fix, rule.severity
        references = [f"{one.framework}/{one.id}" for one in rule.references]
    return {
        "id": name,
        "shortDescription": {"text": title},
        "fullDescription": {"text": why},
        "help": {"text": fix},
        "defaultConfiguration": {"level": _LEVEL[severity]},
        "properties": {"tags": [name.partition("/")[0], *references]},
    }


def _invocation(report: LintReport) -> JsonValue:
    notes: list[JsonValue] = [{"level": "error", "message": {"text": f"not looked at: {one}"}} for one in report.unread]
    return {"executionSuccessful": not report.unread, "toolExecutionNotifications": notes}


def _result(finding: Finding, *, index: int) -> JsonValue:
    said: dict[str, JsonValue] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVEL[finding.severity],
        "kind": "fail",
        "message": {"text": f"{finding.said}. {finding.fix}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(finding.path), "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": finding.line, "startColumn": finding.column},
                }
            }
        ],
        "partialFingerprints": {"roadworthyLint/v1": finding.fingerprint},
        "properties": {"area": finding.area.value, "component": finding.component},
    }
    if finding.suppressed is not None:
        one = finding.suppressed
        text = f"{one.reason} (until {one.until.isoformat()}, written in {one.place})"
        kind = "inSource" if one.place.startswith(f"{finding.path}:") else "external"
        said["suppressions"] = [{"kind": kind, "status": "accepted", "justification": text}]
    return said
