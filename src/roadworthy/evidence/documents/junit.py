"""A decision as JUnit XML, for CI systems: one test case for each rule.

*Refuted* is a failure; what could not be judged is an error, never a pass and never skipped.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from roadworthy.core.clock import rfc3339
from roadworthy.core.severity import Severity
from roadworthy.evidence.documents.wording import LETS_THROUGH, OUTCOME_WORD
from roadworthy.gates.model import GateDecision, RuleOutcome, RuleResult

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SKIPPED = {RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING}


def junit_of(decision: GateDecision) -> str:
    """Return ``decision`` as JUnit XML.

    Only blocking rules can fail or err: a warning that is owed passes with its text in
    ``system-out``, because CI would otherwise stop a release that the gate lets through.
    """
    cases = [_case(result) for result in decision.results]
    failures = sum("<failure" in case for case in cases)
    errors = sum("<error" in case for case in cases)
    skipped = sum("<skipped" in case for case in cases)
    counts = f'tests="{len(cases)}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
    name = _attribute(f"roadworthy gate: {decision.system} {decision.version}")
    body = "\n".join(cases)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<testsuites {counts}>\n"
        f'<testsuite name={name} {counts} timestamp="{rfc3339(decision.decided_at)}">\n'
        "<properties>\n"
        f'<property name="verdict" value="{decision.verdict.value}"/>\n'
        f'<property name="release" value="{decision.release}"/>\n'
        "</properties>\n"
        f"{body}\n</testsuite>\n</testsuites>\n"
    )


def _case(result: RuleResult) -> str:
    head = f"<testcase classname={_attribute(result.control)} name={_attribute(result.rule)}"
    if result.outcome is RuleOutcome.PASS:
        return f"{head}/>"
    if result.outcome in _SKIPPED:
        return f"{head}><skipped message={_attribute(result.reason)}/></testcase>"
    text = _text("\n".join(part for part in (result.reason, result.remediation, result.command) if part))
    if result.severity is not Severity.BLOCK and result.outcome not in LETS_THROUGH:
        return f"{head}><system-out>{OUTCOME_WORD[result.outcome]}: {text}</system-out></testcase>"
    tag = "failure" if result.outcome is RuleOutcome.FAIL else "error"
    kind, message = _attribute(result.outcome.value), _attribute(result.reason)
    return f"{head}><{tag} type={kind} message={message}>{text}</{tag}></testcase>"


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text))


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
