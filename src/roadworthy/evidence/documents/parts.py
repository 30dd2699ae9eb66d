"""The small steps by which documents are filled: stated, attested, found by a rule, or named as a gap."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from roadworthy.core.digest import JsonValue
from roadworthy.core.evidence import Origin
from roadworthy.evidence.documents.citation import Basis, Gap, Part, Passage
from roadworthy.evidence.documents.dossier import Dossier
from roadworthy.evidence.documents.wording import LETS_THROUGH, OUTCOME_WORD, age_text
from roadworthy.gates.model import RuleOutcome, RuleResult, Validity
from roadworthy.policy.model import Area, FactCheck

ANSWERS_FOR = {
    Area.DATA: "privacy",
    Area.MODEL: "developer",
    Area.EVALUATION: "evaluator",
    Area.GUARD: "security",
    Area.MONITORING: "ai_owner",
    Area.INCIDENT: "incident_commander",
    Area.DOCUMENTATION: "ai_owner",
    Area.SUPPLY_CHAIN: "vendor_manager",
    Area.OVERSIGHT: "risk_reviewer",
}
"""Role that can close a gap, by the area of the control that shows it."""

VALUE_WORDS = {
    ("human_oversight", "in"): "in the loop: a person agrees to each decision",
    ("human_oversight", "on"): "on the loop: a person watches and can step in",
    ("human_oversight", "over"): "over the loop: a person sets bounds and reviews",
    ("human_oversight", "none"): "none",
    ("decision_effect", "acts"): "it acts: what it puts out takes effect without a person in between",
}
"""What a stated value means, where its word alone would not tell a reader outside the team."""

_UNTESTED = "no evaluation task measures"

_LEFT_OUT = frozenset({RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING})


def said(value: JsonValue) -> str:
    """Return a stated value in words; empty where nothing is stated."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(filter(None, (said(item) for item in value)))
    return str(value).replace("_", " ") if value is not None and not isinstance(value, dict) else ""


def stated(dossier: Dossier, field: str, *, lead: str, who: str = "ai_owner") -> tuple[Part, ...]:
    """Return what the manifest states about the system, or the gap that it does not."""
    text = said(dossier.system.get(field))
    if text:
        text = VALUE_WORDS.get((field, text), text)
        return (Passage(basis=Basis.STATED, text=f"{lead}: {text}", source=f"roadworthy.yaml: system.{field}"),)
    return (
        Gap(
            text=f"{lead}: not stated.",
            who=who,
            closes=f"State `system.{field}` in roadworthy.yaml, then freeze again.",
        ),
    )


def recorded(text: str, *, source: str) -> tuple[Part, ...]:
    """Return a sentence that follows from the records by rule."""
    return (Passage(basis=Basis.RECORDED, text=text, source=source),)


def attested(dossier: Dossier, type_: str, *, what: str, who: str = "ai_owner") -> tuple[Part, ...]:
    """Return what was declared in evidence of ``type_``, or that a document is there but unattested, or the gap."""
    kind, _, name = type_.partition(":")
    for result in dossier.decision.results:
        cites = {cite.evidence: cite for cite in dossier.cited(result)}
        for used in result.evidence:
            piece = dossier.piece(used.id)
            if used.id in cites and used.type == type_ and piece is not None and piece.declaration is not None:
                said_by = piece.declaration
                word = "" if said_by.supports else "It speaks against: "
                return (
                    Passage(
                        basis=Basis.ATTESTED,
                        text=f"{what}: {word}{said_by.statement} ({said_by.author}, {age_text(used.age_s)} "
                        "before the decision)",
                        source=f"{type_}"
                        + (f", document {said_by.document_digest}" if said_by.document_digest else ""),
                        cites=(cites[used.id],),
                        tone="plain" if said_by.supports else "bad",
                    ),
                )
    command = (
        f"rw attest {type_} --document PATH --statement TEXT"
        if kind == "document"
        else f"rw attest {type_} --statement TEXT"
    )
    digest = said(dossier.documents.get(name)) if kind == "document" else ""
    gap = Gap(
        text=f"{what}: nobody has attested it for this release." if digest else f"{what}: there is no evidence of it.",
        who=who,
        closes="Have the one who answers for it read and attest it." if digest else "Write it, and have it attested.",
        command=command,
    )
    if not digest:
        return (gap,)
    there = Passage(
        basis=Basis.STATED,
        text=f"{what}: a document is named in the manifest and was there when the release was decided on, with "
        f"digest {digest}.",
        source=f"roadworthy.yaml: documents.{name}",
    )
    return (there, gap)


def found(dossier: Dossier, controls: Collection[str]) -> tuple[Part, ...]:
    """Return what the decision found of some controls, each rule once, with its evidence."""
    results = [result for result in dossier.of_controls(controls) if result.outcome not in _LEFT_OUT]
    return once(part for result in results for part in finding(dossier, result))


def once(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return ``parts`` without those that say the same again, such as two rules that one fact meets."""
    told: dict[tuple[str, str], Part] = {}
    for part in parts:
        told.setdefault((part.kind, part.text), part)
    return tuple(told.values())


def finding(dossier: Dossier, result: RuleResult) -> tuple[Part, ...]:
    """Return what the decision found of one rule: shown to hold, shown not to, or a gap."""
    source = f"rule {result.rule}"
    cites = dossier.cited(result)
    if result.outcome in (RuleOutcome.PASS, RuleOutcome.FAIL):
        holds, basis = result.outcome is RuleOutcome.PASS, basis_of(dossier, result)
        waived = f" Let through by exception {', '.join(result.exceptions)}." if result.exceptions else ""
        return (
            Passage(
                basis=basis,
                text=f"{result.title}: {_judged(basis, result)}{waived}",
                source=source,
                cites=cites,
                tone="bad" if not holds else "plain" if basis is Basis.STATED else "good",
            ),
        )
    if result.outcome in LETS_THROUGH:
        return ()
    gap = gap_of(result)
    if not cites:
        return (gap,)
    measured = Passage(
        basis=basis_of(dossier, result),
        text=f"{result.title}: {OUTCOME_WORD[result.outcome].lower()}. {sentence(result.reason)}",
        source=source,
        cites=cites,
        tone="open",
    )
    # The figures stand above the gap already: it says that they do not decide, and what would.
    return (measured, replace(gap, text=f"{result.title}: what is shown above does not decide it."))


def gap_of(result: RuleResult) -> Gap:
    """Return the gap that a rule leaves which could not be judged."""
    word = OUTCOME_WORD[result.outcome].lower()
    waived = f" Let through by exception {', '.join(result.exceptions)}." if result.exceptions else ""
    closes, command = sentence(result.remediation), result.command
    if result.reason.startswith(_UNTESTED):
        # There is nothing to run yet: telling the reader to run it would send them in a circle.
        closes, command = "Write an evaluation task for it, or take a ready suite, then run it.", "rw suites list"
    elif command and _verb(command) in closes:
        closes, command = _CODE.sub(f"`{command}`", closes, count=1), ""
    return Gap(
        text=f"{result.title}: {word}. {sentence(result.reason)}{waived}",
        who=ANSWERS_FOR[result.area],
        closes=closes,
        command=command,
    )


_CODE = re.compile(r"`rw [^`]*`")


def _verb(command: str) -> str:
    """Return the command without what it is about, as a remediation names it.

    >>> _verb("rw eval run answer-quality"), _verb("rw attest document:dpia --statement TEXT")
    ('`rw eval run', '`rw attest')
    """
    words = command.split()
    return "`" + " ".join(words[:3] if words[1:2] == ["eval"] else words[:2])


def sentence(text: str) -> str:
    """Return ``text`` with a capital at its start and a stop at its end.

    >>> sentence("no evidence")
    'No evidence.'
    """
    text = text.strip()
    if not text:
        return ""
    is_word = text.split(" ")[0].replace("-", "").rstrip(",").isalpha()
    first = text[0].upper() + text[1:] if is_word else text
    return first if first.endswith((".", "!", "?")) else first + "."


def basis_of(dossier: Dossier, result: RuleResult) -> Basis:
    """Return on what a judged rule rests: on a machine's run, on somebody's word, or on stated facts alone."""
    origins = {
        piece.origin
        for used in result.evidence
        if used.validity is Validity.VALID and (piece := dossier.piece(used.id)) is not None
    }
    if not origins:
        # A condition on stated facts that holds says no more than the team said. That it does not hold, or what
        # static checks found, follows by rule.
        stated_alone = result.outcome is RuleOutcome.PASS and "lint." not in _condition(dossier, result)
        return Basis.STATED if stated_alone else Basis.RECORDED
    return Basis.ATTESTED if origins == {Origin.HUMAN_DECLARED} else Basis.MEASURED


def _judged(basis: Basis, result: RuleResult) -> str:
    """Say what was found of a rule that was judged; where facts alone met it, what they had to say."""
    if basis is Basis.STATED:
        return (
            "holds by what the manifest states. Looked for: "
            f"{sentence(result.requirement.removeprefix('Verify that '))}"
        )
    if basis is Basis.RECORDED and result.outcome is RuleOutcome.PASS:
        return "holds. Static checks of the release's files found nothing against it."
    word = "holds" if result.outcome is RuleOutcome.PASS else "shown not to hold"
    return f"{word}. {sentence(result.reason)}"


def _condition(dossier: Dossier, result: RuleResult) -> str:
    rule = next((rule for rule in dossier.policy.rules if rule.id == result.rule), None)
    return rule.require.condition if rule is not None and isinstance(rule.require, FactCheck) else ""
