"""One Rego module for each pack, with a function for each of its rules, and the module that decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from roadworthy.core.digest import Digest
from roadworthy.core.severity import Severity
from roadworthy.policy.expressions.parse import parse
from roadworthy.policy.model import Control, EvidenceCheck, FactCheck, MeasureCheck, Rule
from roadworthy.policy.rego.model import Obligation
from roadworthy.policy.rego.names import comment, package_name, rule_name, text
from roadworthy.policy.rego.translate import Translated, translate
from roadworthy.policy.resolved import PackRef, ResolvedControl, ResolvedPolicy

FOUND = ("pass", "fail", "missing", "stale", "underpowered", "error")
"""What a summary may say of a rule that applies."""

_NANOSECONDS = 1_000_000_000

_OUTCOMES = """\
outcomes[id] := outcome if {
	some id in object.keys(severities)
	outcome := object.get(found, id, {"outcome": "missing", "reason": "its module is not loaded"})
}

# What was promised before a run binds it, where that is heavier than what the rule says now. The summary
# of evidence says so; it can make a rule heavier and never lighter.
binding := {id: weight |
	some id, own in severities
	weight := heavier(own, promised(id))
}

promised(id) := weight if { weight := input.evidence.rules[id].severity }

else := null

heavier(own, said) := own if { said in [null, "info", own] }

else := own if { own == "block" }

else := "warn" if { said == "warn" }

else := "block"

with_severity(severity, accepted) := [{"rule": id, "outcome": outcomes[id].outcome, "reason": outcomes[id].reason} |
	some id in sort(object.keys(severities))
	binding[id] == severity
	outcomes[id].outcome in accepted
]

lets_through := ["pass", "not_applicable", "pending"]

denied := with_severity("block", ["fail"])

missing := with_severity("block", ["missing", "stale", "underpowered"])

# Whatever is neither known to be met nor known to be open is an error.
errors := [{"rule": id, "outcome": outcomes[id].outcome, "reason": outcomes[id].reason} |
	some id in sort(object.keys(severities))
	binding[id] == "block"
	not outcomes[id].outcome in ["fail", "missing", "stale", "underpowered", "pass", "not_applicable", "pending"]
]

warnings := with_severity("warn", ["fail", "missing", "stale", "underpowered", "error"])

judged := [id | some id in object.keys(outcomes); not outcomes[id].outcome in ["not_applicable", "pending"]]

default is_readable := false

is_readable if { cel.is_readable(input) }

# An assessment whose expiry is not stated, or cannot be read, is one that expired.
default assessment_holds := false

assessment_holds if {
	time.parse_rfc3339_ns(replace(input.assessment.expires_at, "Z", "+00:00")) > time.now_ns()
}

default verdict := "cannot_tell"

verdict := "blocked" if {
	count(denied) > 0
}

else := "cannot_tell" if {
	count(missing) + count(errors) > 0
}

else := "cannot_tell" if {
	count(judged) == 0
}

else := "cannot_tell" if {
	not assessment_holds
}

else := "cannot_tell" if {
	not is_readable
}

else := "conditions" if {
	count(warnings) > 0
}

else := "ship"
"""

_DECISION = """\
decision := {
	"allow": verdict in ["ship", "conditions"],
	"verdict": verdict,
	"denied": denied,
	"missing": missing,
	"errors": errors,
	"warnings": warnings,
	"assessment_holds": assessment_holds,
	"is_readable": is_readable,
	"policy": data.roadworthy.policy.digest,
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleModule:
    """A rule in Rego."""

    rule: Rule
    lines: tuple[str, ...]
    obligation: Obligation | None
    """None where facts alone decide it."""


def module_of(pack: PackRef, controls: Sequence[ResolvedControl], written: Sequence[RuleModule]) -> str:
    """Return the module of ``pack``: its rules, grouped by control, and ``rules``, what came of each."""
    lines = [
        *comment(f"Pack {pack.name} {pack.version}, {pack.digest}"),
        "#",
        "# Written from the pack; change the pack and export again.",
        f"package roadworthy.packs.{package_name(pack.name)}",
        "",
        "import rego.v1",
        "",
        "import data.roadworthy.cel",
        "",
        "# What came of each rule; each takes the whole input and is never undefined.",
        "rules := {",
        *(f"\t{text(item.rule.id)}: {_dated(item.rule)}," for item in written),
        "}",
    ]
    by_rule = {item.rule.id: item for item in written}
    for control in controls:
        lines += ["", *_heading(control)]
        for rule in control.rules:
            lines += ["", *by_rule[rule.id].lines]
    return "\n".join(lines) + "\n"


def _heading(item: ResolvedControl) -> list[str]:
    control: Control = item.control
    lines = [*comment(f"Control {control.id}: {control.title}"), *comment(control.objective, indent="  ")]
    for link in control.links:
        lines += comment(f"serves {link.framework} {link.id} ({link.relation})", indent="  ")
    for reason in item.tightened_by:
        lines += comment(f"tightened by {reason}", indent="  ")
    return lines


def write_rule(rule: Rule) -> RuleModule:
    """Return ``rule`` as a Rego function of the input.

    A rule that facts cannot decide, or that Rego cannot say, becomes an obligation: the
    function asks the evidence summary, and what the summary does not say is missing.
    """
    counter = [0]
    try:
        applies = translate(parse(rule.applies_when), counter=counter)
        holds = _holds(rule, counter)
        reason = _not_from_facts(rule)
        accepted: tuple[str, ...] = FOUND
    except ValueError as error:
        applies = Translated(statements=(), expression="cel.value(true)")
        holds, accepted = None, (*FOUND, "not_applicable", "pending")
        reason = str(error)
    if holds is None:
        listed = ", ".join(text(outcome) for outcome in accepted)
        found = f"cel.obligation(applies, {text(rule.id)}, cel.evidence_in(facts), [{listed}])"
        body = [*applies.statements, f"applies := {applies.expression}"]
    else:
        found = f"cel.outcome(applies, holds, {text(rule.message)})"
        body = [
            *applies.statements,
            f"applies := {applies.expression}",
            *holds.statements,
            f"holds := {holds.expression}",
        ]
    lines = [
        *_explained(rule, reason=reason if holds is None else ""),
        f"{rule_name(rule.id)}(facts) := found if {{",
        *("\t" + line.replace("\n", "\n\t") for line in body),
        f"\tfound := {found}",
        "}",
    ]
    obligation = Obligation(rule=rule.id, reason=reason) if holds is None else None
    return RuleModule(rule=rule, lines=tuple(lines), obligation=obligation)


def _holds(rule: Rule, counter: list[int]) -> Translated | None:
    if not isinstance(rule.require, FactCheck):
        return None
    return translate(parse(rule.require.condition), counter=counter)


def _not_from_facts(rule: Rule) -> str:
    match rule.require:
        case MeasureCheck(category=category):
            return f"it asks for a measurement of {category}"
        case EvidenceCheck(type=type_):
            return f"it asks for evidence {type_}"
        case FactCheck():
            return ""


def _explained(rule: Rule, *, reason: str) -> list[str]:
    lines = comment(f"Rule {rule.id} [{rule.severity.value}]")
    if rule.applies_when.strip() != "true":
        lines += comment(f"applies when {' '.join(rule.applies_when.split())}", indent="  ")
    if isinstance(rule.require, FactCheck):
        lines += comment(f"asks {' '.join(rule.require.condition.split())}", indent="  ")
    if reason:
        lines += comment(f"decided by the gate: {reason}", indent="  ")
    return [*lines, *comment(f"to meet it: {rule.remediation}", indent="  ")]


def _dated(rule: Rule) -> str:
    found = f"{rule_name(rule.id)}(input)"
    if rule.effective_on is None:
        return found
    day = rule.effective_on
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return f"cel.from_day({int(start.timestamp()) * _NANOSECONDS}, {text(day.isoformat())}, {found})"


def decision_module(policy: ResolvedPolicy) -> str:
    """Return the module ``roadworthy``: one document that says whether the release may ship, and why not.

    It names every rule itself. A rule whose module is not loaded, or that has no outcome, is missing.
    """
    severities = {rule.id: rule.severity for rule in policy.rules}
    blocking = [rule for rule, severity in severities.items() if severity is Severity.BLOCK]
    packages = sorted({package_name(pack.name) for pack in policy.packs if _has_rules(pack, policy)})
    lines = [
        f"# Whether a release of a system of tier {policy.tier.value} may ship. Deny is the default.",
        "package roadworthy",
        "",
        "import rego.v1",
        "",
        "import data.roadworthy.cel",
        "",
        "severities := {",
        *(f"\t{text(rule)}: {text(severity.value)}," for rule, severity in severities.items()),
        "}",
        "",
        "# What came of each rule of each pack that is loaded.",
        *(f"found[id] := outcome if {{ some id, outcome in data.roadworthy.packs.{name}.rules }}" for name in packages),
        "",
        _OUTCOMES,
        "# Where nothing else can be said: an input that is none, a library that is not loaded.",
        "default decision := {",
        '\t"allow": false,',
        '\t"verdict": "cannot_tell",',
        '\t"denied": [],',
        f'\t"missing": [{", ".join(_unsaid(rule) for rule in blocking)}],',
        '\t"errors": [],',
        '\t"warnings": [],',
        "}",
        "",
        _DECISION,
    ]
    return "\n".join(lines)


def _has_rules(pack: PackRef, policy: ResolvedPolicy) -> bool:
    return any(rule.id.startswith(f"{pack.name}/") for rule in policy.rules)


def _unsaid(rule: str) -> str:
    return f'{{"rule": {text(rule)}, "outcome": "missing", "reason": "there was no decision"}}'


def policy_data(digest: Digest, policy: ResolvedPolicy) -> dict[str, object]:
    """Return the data document: which policy the modules are, so that a summary of evidence can name it."""
    return {
        "roadworthy": {
            "policy": {
                "digest": digest,
                "tier": policy.tier.value,
                "packs": [{"name": pack.name, "version": pack.version, "digest": pack.digest} for pack in policy.packs],
            }
        }
    }
