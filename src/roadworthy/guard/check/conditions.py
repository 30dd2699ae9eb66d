"""Conditions that ask for facts that there are not, for values that no fact has, or for what is often not stated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from roadworthy.core.severity import Severity
from roadworthy.guard.check.model import Flaw
from roadworthy.guard.engine.compiling.problem import Place
from roadworthy.guard.policy.model import GuardPolicy
from roadworthy.guard.segment import Channel, Role, SourceKind, Stage

ALWAYS = frozenset(
    [
        "event.id",
        "event.route",
        "event.protocol",
        "event.at",
        "segment.stage",
        "segment.role",
        "segment.channel",
        "segment.source",
        "segment.source.kind",
        "segment.source.trusted",
        "segment.labels",
        "segment.characters",
        "segment.choice",
        "principal.id",
        "principal.tenant",
        "principal.roles",
        "principal.groups",
        "principal.scopes",
        "principal.attributes",
        "conversation.turns",
        "conversation.labels",
        "conversation.quarantined",
        "conversation.sources",
        "usage.input_tokens",
        "usage.output_tokens",
        "usage.money",
        "usage.tool_calls",
    ]
)
"""Facts that are stated of everything."""

SOMETIMES = frozenset(
    [
        "event.model",
        "segment.source.name",
        "segment.path",
        "segment.tool",
        "segment.principal",
        "segment.tenant",
        "segment.provenance",
        "segment.provenance.document",
        "segment.provenance.trust",
        "segment.provenance.deleted",
        "segment.provenance.chunk",
        "segment.provenance.uri",
        "segment.provenance.tenant",
        "segment.provenance.digest",
        "segment.provenance.readers",
        "segment.provenance.purposes",
        "segment.provenance.updated_at",
        "segment.provenance.expires_at",
        "principal.purpose",
        "principal.locale",
        "conversation.id",
    ]
)
"""Facts that may be absent."""

_VALUES: Mapping[str, frozenset[str]] = {
    "segment.stage": frozenset(Stage),
    "segment.role": frozenset(Role),
    "segment.channel": frozenset(Channel),
    "segment.source.kind": frozenset(SourceKind),
    "segment.provenance.trust": frozenset({"untrusted", "reviewed", "trusted"}),
}
_TEXT = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_FACT = re.compile(r"\b(?:event|segment|principal|conversation|usage)(?:\.[A-Za-z_]\w*)+")
_COMPARED = re.compile(r"\b((?:segment)(?:\.[a-z_]+)+)\s*(?:==|!=)\s*(?:'([^']*)'|\"([^\"]*)\")")
_LISTED = re.compile(r"\b((?:segment)(?:\.[a-z_]+)+)\s+in\s+\[([^\]]*)\]")
_METHODS = frozenset(
    [
        "contains",
        "startsWith",
        "endsWith",
        "matches",
        "size",
        "exists",
        "all",
        "map",
        "filter",
        "exists_one",
        "getHours",
        "lowerAscii",
        "upperAscii",
    ]
)


def condition_flaws(policy: GuardPolicy) -> Iterator[Flaw]:
    """Yield what is wrong with the conditions of the rules of ``policy``."""
    for number, rule in enumerate(policy.rules):
        place: Place = ("rules", number, "when")
        yield from _unknown_facts(rule.when, place, subject=f"rule {rule.id}")
        yield from _unknown_values(rule.when, place, subject=f"rule {rule.id}")


def facts_asked(condition: str) -> tuple[str, ...]:
    """Return the facts that ``condition`` names outside of quoted texts, sorted.

    >>> facts_asked("segment.stage == 'principal.id' && segment.tool.startsWith('pay')")
    ('segment.stage', 'segment.tool')
    """
    found = set()
    for match in _FACT.finditer(_TEXT.sub("''", condition)):
        steps = match[0].split(".")
        if match.end() < len(match.string) and match.string[match.end()] == "(":
            steps.pop()
        steps = [step for place, step in enumerate(steps) if place == 0 or step not in _METHODS]
        if len(steps) > 1:
            found.add(".".join(steps))
    return tuple(sorted(found))


def _unknown_facts(condition: str, place: Place, *, subject: str) -> Iterator[Flaw]:
    for fact in facts_asked(condition):
        if fact.startswith("principal.attributes."):
            known, may_be_absent = True, True
        else:
            known, may_be_absent = fact in ALWAYS or fact in SOMETIMES, fact in SOMETIMES
        if not known:
            yield Flaw(
                check="unknown-fact",
                severity=Severity.BLOCK,
                place=place,
                subject=subject,
                said=f"there is no fact `{fact}`: the rule fails at every request",
                fix="take one of docs/reference/guard-facts.md",
            )
        elif may_be_absent and not _is_asked_for(condition, fact):
            yield Flaw(
                check="fact-may-be-absent",
                severity=Severity.WARN,
                place=place,
                subject=subject,
                said=f"`{fact}` is not always stated, and then the rule fails",
                fix=f"write `has({fact}) && …`, or keep it so where a failure is right",
            )


def _is_asked_for(condition: str, fact: str) -> bool:
    steps = fact.split(".")
    return any(f"has({'.'.join(steps[:length])})" in condition for length in range(2, len(steps) + 1))


def _unknown_values(condition: str, place: Place, *, subject: str) -> Iterator[Flaw]:
    pairs = [(match[1], match[2] or match[3] or "") for match in _COMPARED.finditer(condition)]
    for listed in _LISTED.finditer(condition):
        pairs += [(listed[1], text[1:-1]) for text in _TEXT.findall(listed[2])]
    for fact, value in pairs:
        allowed = _VALUES.get(fact)
        if allowed is not None and value not in allowed:
            yield Flaw(
                check="unknown-value",
                severity=Severity.BLOCK,
                place=place,
                subject=subject,
                said=f"`{fact}` is never {value!r}",
                fix=f"take one of {', '.join(sorted(allowed))}",
            )
