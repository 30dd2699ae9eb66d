"""A decision as JUnit XML, for CI systems: one test case for each rule.

*Refuted* is a failure; what could not be judged is an error, never a pass and never skipped. What an approved
exception lets through is skipped, with who approved it until when: shown, and it does not stop the release.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from roadworthy.approvals.standing import ConsentState
from roadworthy.core.clock import rfc3339
from roadworthy.core.severity import Severity
from roadworthy.evidence.documents.oversight import consent_command, excepted_text
from roadworthy.evidence.documents.wording import LETS_THROUGH, OUTCOME_WORD
from roadworthy.gates.model import GateDecision, RuleOutcome, RuleResult

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SKIPPED = {RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING}


def junit_of(decision: GateDecision) -> str:
    """Return ``decision`` as JUnit XML.

    Only blocking rules can fail or err: a warning that is owed passes with its text in
    ``system-out``, because CI would otherwise stop a release that the gate lets through.
    """
    cases = [_case(result, decision) for result in decision.results]
    cases += _consent_case(decision)
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


def _consent_case(decision: GateDecision) -> list[str]:
    """Return people's consent as a test case: without it, every rule may hold and the release does not ship."""
    if decision.consent is None:
        return []
    consent = decision.consent
    head = '<testcase classname="consent" name="release"'
    if consent.state is ConsentState.NOT_ASKED_FOR:
        return [f"{head}><skipped message={_attribute(consent.reason)}/></testcase>"]
    if consent.state is ConsentState.APPROVED:
        said = _text(f"approved by {', '.join(consent.approvers)}")
        return [f"{head}><system-out>{said}</system-out></testcase>"]
    tag = "failure" if consent.state is ConsentState.REJECTED else "error"
    kind, message = _attribute(consent.state.value), _attribute(consent.reason)
    return [f"{head}><{tag} type={kind} message={message}>{_text(consent_command(consent))}</{tag}></testcase>"]


def _case(result: RuleResult, decision: GateDecision) -> str:
    head = f"<testcase classname={_attribute(result.control)} name={_attribute(result.rule)}"
    if result.outcome is RuleOutcome.PASS:
        return f"{head}/>"
    if result.outcome in _SKIPPED:
        return f"{head}><skipped message={_attribute(result.reason)}/></testcase>"
    if result.exceptions:
        said = f"{OUTCOME_WORD[result.outcome]}, {excepted_text(result, decision)}: {result.reason}"
        return f"{head}><skipped message={_attribute(said)}/></testcase>"
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
