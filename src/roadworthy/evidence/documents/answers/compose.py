"""Writes answers: what is shown, what is stated, what is missing, and who must stand behind it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from roadworthy.core.digest import Digest
from roadworthy.evidence.documents.answers.matching import Matcher, Understood
from roadworthy.evidence.documents.answers.model import (
    Answer,
    Answers,
    Confidence,
    LibraryAnswer,
    Question,
)
from roadworthy.evidence.documents.citation import Basis, Gap, Part, Passage
from roadworthy.evidence.documents.claim import Citation
from roadworthy.evidence.documents.dossier import Dossier
from roadworthy.evidence.documents.parts import ANSWERS_FOR, VALUE_WORDS, finding, once, recorded, said, sentence
from roadworthy.evidence.documents.wording import age_text, day_text
from roadworthy.gates.model import RuleOutcome

NOT_UNDERSTOOD = "no control in force and no stated fact was found to be about this question"
DOES_NOT_APPLY = (
    "the controls on it do not apply to this release, by what the manifest states, so nothing was looked at"
)
MOST_LISTED = 40
"""Components that one answer names."""

MOST_QUOTED = 160
"""Characters of a question that are quoted in what is left open."""

_IDLE = frozenset({RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING})
_FACT_WORDS = {
    "purpose": "Purpose",
    "intended_use": "Intended use",
    "out_of_scope_use": "Not to be used for",
    "users": "Users",
    "affected_groups": "People concerned",
    "data_classes": "Kinds of data",
    "markets": "Markets",
    "languages": "Languages",
    "human_oversight": "Where the human stands",
    "autonomy": "How far it acts alone",
    "decision_effect": "Effect of its output",
    "accountable_executive": "Accountable executive",
    "owner": "Team that answers for it",
}


def answers_of(
    questions: Sequence[Question],
    *,
    dossier: Dossier,
    questionnaire: Digest,
    decision_digest: Digest,
    library: Sequence[LibraryAnswer] = (),
) -> Answers:
    """Return an answer to every question, in their order.

    Args:
        questions: What is asked.
        dossier: What answers rest on.
        questionnaire: Digest of the file that was asked.
        decision_digest: Digest of the decision's record.
        library: Answers that people stand behind; those that ended are not given.

    Raises:
        EvidenceError: If evidence that is cited is not the one that counted.
    """
    matcher = Matcher([resolved.control for resolved in dossier.policy.controls])
    kept = _by_wording(library)
    return Answers(
        questionnaire=questionnaire,
        system=dossier.decision.system,
        version=dossier.decision.version,
        release=dossier.decision.release,
        decision=dossier.decision.id,
        decision_digest=decision_digest,
        verdict=dossier.decision.verdict.value,
        written_at=dossier.written_at,
        valid_until=dossier.decision.valid_until,
        why_lapsed=dossier.why_lapsed,
        answers=tuple(
            _with_library(
                answer(one, dossier=dossier, matcher=matcher), kept.get(wording(one.text)), now=dossier.written_at
            )
            for one in questions
        ),
    )


def answer(question: Question, *, dossier: Dossier, matcher: Matcher) -> Answer:
    """Return the answer to one question from facts and evidence alone."""
    understood = matcher.understand(question.text)
    facts = _stated(dossier, understood.facts)
    # That a fact is stated need not be said where the fact itself is told.
    repeats = any(isinstance(part, Passage) for part in facts)
    judged = (part for part in _found(dossier, understood.controls) if not (repeats and _is_stated(part)))
    found = once((*facts, *judged))
    doubt = _doubt(understood) if any(isinstance(part, Passage) for part in found) else ()
    parts = (*found, *_open(understood), *_lapsed(dossier), *doubt) if found else ()
    shown = [part for part in parts if isinstance(part, Passage)]
    gaps = [part for part in parts if isinstance(part, Gap)]
    confidence = _confidence(shown, gaps)
    citations = tuple(dict.fromkeys(cite for part in shown for cite in part.cites))
    return Answer(
        id=question.id,
        question=question.text,
        confidence=confidence,
        text=_text(confidence, shown, [gap for gap in gaps if gap not in doubt], understood=bool(understood.controls)),
        controls=understood.controls,
        because=understood.because,
        parts=parts,
        citations=citations,
        freshness=_freshness(dossier, citations),
        unsupported_claims=_unsupported(question, shown, gaps),
        nearest=understood.nearest,
        attest=_attest(dossier, understood),
    )


def _open(understood: Understood) -> tuple[Gap, ...]:
    """Name the sentences that the answer leaves open though something was found."""
    return tuple(
        Gap(
            text=f"This part is not answered from any record here: “{text[:MOST_QUOTED]}”",
            who="ai_owner",
            closes="Answer it by hand, and keep the answer in answers.yaml.",
        )
        for text in understood.open
    )


def _doubt(understood: Understood) -> tuple[Gap, ...]:
    """Say that few words led to the answer: for the one who attests it, not for the one who asked."""
    if not understood.loose:
        return ()
    words = "; ".join(f"“{text[:MOST_QUOTED]}”" for text in understood.because[:3])
    return (
        Gap(
            text=f"That this is what was asked: it was understood by few words ({words})",
            who="ai_owner",
            closes="Read the question beside the answer before it is sent.",
        ),
    )


def _lapsed(dossier: Dossier) -> tuple[Gap, ...]:
    if not dossier.lapsed:
        return ()
    return (
        Gap(
            text=f"That it is still so: the decision is no longer in force ({dossier.why_lapsed})",
            who="ai_owner",
            closes="Decide again, then answer again.",
            command="rw gate",
        ),
    )


def wording(text: str) -> str:
    """Return a question without what does not change its meaning: case, spaces, quotation marks and its last stop.

    >>> wording("  Is it   SAFE ? ")
    'is it safe'
    """
    return " ".join(re.sub(r"[\"'“”‘’«»]", "", text).casefold().split()).rstrip("?.! :")


def _by_wording(library: Sequence[LibraryAnswer]) -> Mapping[str, LibraryAnswer]:
    """Return the answers by each wording of their question; of several the one that holds longest."""
    found: dict[str, LibraryAnswer] = {}
    for one in sorted(library, key=lambda item: item.valid_until):
        for text in (one.question, *one.also):
            found[wording(text)] = one
    return found


def _with_library(made: Answer, kept: LibraryAnswer | None, *, now: datetime) -> Answer:
    """Put what a person stands behind before what the records say. It never hides what evidence refutes."""
    if kept is None:
        return made
    today: date = now.date()
    values = {name: getattr(made, name) for name in Answer.__slots__}
    if not kept.attested_on <= today <= kept.valid_until:
        why = (
            f"The answer {kept.id} of the library is not given: it held from {kept.attested_on} to {kept.valid_until}."
        )
        return Answer(**(values | {"text": f"{made.text} {why}"}))
    person = f"{sentence(kept.answer)} (Attested by {kept.attested_by}, until {kept.valid_until}.)"
    refuted = [part for part in made.parts if isinstance(part, Passage) and part.tone == "bad"]
    against = " Evidence speaks against a part of this: " + " ".join(part.text for part in refuted) if refuted else ""
    confidence = Confidence.PARTLY if refuted else Confidence.STATED
    changes = {
        "text": person + against,
        "confidence": confidence,
        "attested_by": kept.attested_by,
        "attested_until": kept.valid_until,
    }
    return Answer(**(values | changes))


def _confidence(shown: Sequence[Passage], gaps: Sequence[Gap]) -> Confidence:
    if not shown:
        return Confidence.CANNOT
    if gaps or any(part.tone == "open" for part in shown):
        return Confidence.PARTLY
    return Confidence.EVIDENCE if any(part.basis is Basis.MEASURED for part in shown) else Confidence.STATED


def _text(confidence: Confidence, shown: Sequence[Passage], gaps: Sequence[Gap], *, understood: bool) -> str:
    told = " ".join(f"{_LEAD[part.basis]}: {sentence(part.text)}" for part in shown)
    missing = " ".join(sentence(gap.text) for gap in gaps)
    if confidence is Confidence.CANNOT:
        return f"We cannot answer this from evidence, because {_because(gaps, understood=understood)}"
    return f"{told} Not shown: {missing}" if missing else told


_LEAD = {
    Basis.STATED: "Stated by the team",
    Basis.ATTESTED: "Attested",
    Basis.MEASURED: "Shown by evidence",
    Basis.RECORDED: "On record",
}


def _because(gaps: Sequence[Gap], *, understood: bool) -> str:
    if not gaps and understood:
        return f"{DOES_NOT_APPLY}."
    if not gaps:
        return f"{NOT_UNDERSTOOD}."
    return "this is missing: " + " ".join(sentence(gap.text) for gap in gaps)


def _stated(dossier: Dossier, facts: Sequence[str]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for fact in facts:
        if fact == "components":
            parts += _components(dossier)
        elif fact == "assessment":
            parts += _assessed(dossier)
        else:
            parts += _field(dossier, fact)
    return tuple(parts)


def _field(dossier: Dossier, fact: str) -> tuple[Part, ...]:
    value = said(dossier.system.get(fact))
    word = _FACT_WORDS[fact]
    if not value:
        closes = f"State `system.{fact}` in roadworthy.yaml, then freeze again."
        return (Gap(text=f"{word}: not stated.", who="ai_owner", closes=closes),)
    text = f"{word}: {VALUE_WORDS.get((fact, value), value)}"
    return (Passage(basis=Basis.STATED, text=text, source=f"roadworthy.yaml: system.{fact}"),)


def _components(dossier: Dossier) -> tuple[Part, ...]:
    models = [item for item in dossier.components if item.get("type") in ("model", "hosted_model", "adapter")]
    parts: list[Part] = []
    for item in models:
        fields = ("provider", "model", "snapshot", "source", "licence", "region", "digest")
        told = ", ".join(f"{name} {said(item.get(name))}" for name in fields if said(item.get(name)))
        text = f"Model `{item.get('key')}`: {told}"
        parts.append(Passage(basis=Basis.STATED, text=text, source=f"roadworthy.yaml: component {item.get('key')}"))
    listed = [f"{c.key} ({c.type.replace('_', ' ')})" for c in dossier.release.components[:MOST_LISTED]]
    more = len(dossier.release.components) - len(listed)
    tail = f" and {more} more" if more > 0 else ""
    text = (
        f"The release has {len(dossier.release.components)} components, each with a digest: {', '.join(listed)}{tail}"
    )
    return (*parts, *recorded(text, source=f"release {dossier.release.digest}"))


def _assessed(dossier: Dossier) -> tuple[Part, ...]:
    laws = "; ".join(f"{law.title}: {law.outcome_title}" for law in dossier.assessment.legal)
    text = (
        f"Risk tier {dossier.assessment.tier.value} by stated rules ({dossier.assessment.headline}). "
        f"{laws or 'No law was looked at'}"
    )
    return recorded(text, source=f"assessment {dossier.assessment.id}, {dossier.decision.assessment}")


def _is_stated(part: Part) -> bool:
    return isinstance(part, Passage) and part.basis is Basis.STATED


def _found(dossier: Dossier, controls: Sequence[str]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for id_ in controls:
        for result in dossier.of_controls({id_}):
            if result.outcome not in _IDLE:
                parts += finding(dossier, result)
    return tuple(parts)


def _freshness(dossier: Dossier, citations: Sequence[Citation]) -> str:
    ids = {cite.evidence for cite in citations}
    ages = [used.age_s for result in dossier.decision.results for used in result.evidence if used.id in ids]
    if not ages:
        return ""
    now = max(ages) + int((dossier.written_at - dossier.decision.decided_at).total_seconds())
    return f"oldest evidence {age_text(now)} old; counts until {day_text(dossier.decision.valid_until)} at the latest"


def _unsupported(question: Question, shown: Sequence[Passage], gaps: Sequence[Gap]) -> tuple[str, ...]:
    refuted = [part.text for part in shown if part.tone == "bad"]
    open_ = [part.text for part in shown if part.tone == "open"]
    missing = [gap.text for gap in gaps]
    if not shown and not gaps:
        return (f"Anything that the question takes for granted: {question.text[:200]}",)
    return tuple(dict.fromkeys((*refuted, *open_, *missing)))


def _attest(dossier: Dossier, understood: Understood) -> str:
    results = [result for id_ in understood.controls for result in dossier.of_controls({id_})]
    return ANSWERS_FOR[results[0].area] if results else "ai_owner"
