"""Point 2 of the file: what it is made of, how it was made and how it was tested. Nothing is invented."""

from __future__ import annotations

from typing import TypeAlias

from roadworthy.core.evidence import Evidence
from roadworthy.evidence.documents.citation import Basis, Gap, Part, Passage
from roadworthy.evidence.documents.claim import Citation
from roadworthy.evidence.documents.dossier import Dossier, Sheet
from roadworthy.evidence.documents.parts import (
    attested,
    found,
    recorded,
    said,
    sentence,
    stated,
)
from roadworthy.evidence.documents.wording import day_text

Filled: TypeAlias = tuple[Part, ...]
"""What stands under one point."""


def methods(d: Dossier) -> Filled:
    """Fill point 2(a): methods and steps of development."""
    parts: list[Part] = []
    for item in d.components:
        if item.get("type") in ("model", "adapter", "hosted_model", "library"):
            origin = said(item.get("source")) or said(item.get("provider"))
            licence = said(item.get("licence")) or "licence not stated"
            text = (
                f"{said(item.get('type')).capitalize()} `{item.get('key')}` comes from "
                f"{origin or 'nowhere that is stated'} ({licence})."
            )
            parts.append(Passage(basis=Basis.STATED, text=text, source=f"roadworthy.yaml: component {item.get('key')}"))
    return (
        *parts,
        *attested(d, "document:technical-documentation", what="Methods and steps of development", who="developer"),
        *attested(d, "document:model-card", what="Model card of what is used", who="developer"),
        *found(d, {"supply-vendor", "model-licence"}),
    )


def design(d: Dossier) -> Filled:
    """Fill point 2(b): design specification."""
    return (
        *stated(d, "affected_groups", lead="People concerned"),
        *stated(d, "autonomy", lead="How far it acts alone"),
        *stated(d, "decision_effect", lead="Effect of its output"),
        *recorded(
            f"The risk tier is {sentence(_tier(d))} It follows by method {d.assessment.method} from the stated facts.",
            source=f"assessment {d.assessment.id}, {d.decision.assessment}",
        ),
        Gap(
            text="The main design choices with their reasons, what the system is made to optimise and what was "
            "traded off are not on record.",
            who="developer",
            closes="Describe them in the technical documentation, and have that attested.",
            command="rw attest document:technical-documentation --document PATH --statement TEXT",
        ),
    )


def _tier(d: Dossier) -> str:
    """Return the tier with its grounds, once: the headline begins with it."""
    tier = d.assessment.tier.value
    return d.assessment.headline if d.assessment.headline.startswith(tier) else f"{tier}: {d.assessment.headline}"


def architecture(d: Dossier) -> Filled:
    """Fill point 2(c): architecture and computing resources."""
    uses = "; ".join(f"{c.key} uses {', '.join(c.uses)}" for c in d.release.components if c.uses)
    wired = (
        recorded(f"How the parts build on each other: {uses}.", source=f"release {d.release.digest}") if uses else ()
    )
    return (
        *wired,
        Gap(
            text="The computing resources used to develop, train, test and validate it are not on record.",
            who="developer",
            closes="State them in the technical documentation, and have that attested.",
            command="rw attest document:technical-documentation --document PATH --statement TEXT",
        ),
    )


def data(d: Dossier) -> Filled:
    """Fill point 2(d): data."""
    parts: list[Part] = []
    for item in d.components:
        if item.get("type") in ("dataset", "index"):
            key = str(item.get("key"))
            personal = said(item.get("personal_data")) or "not stated"
            text = (
                f"{said(item.get('type')).capitalize()} `{key}` ({said(item.get('role')) or 'role not stated'}): from "
                f"{said(item.get('source')) or 'a source that is not stated'}, licence "
                f"{said(item.get('licence')) or 'not stated'}, "
                f"personal data: {personal}."
            )
            parts.append(Passage(basis=Basis.STATED, text=text, source=f"roadworthy.yaml: component {key}"))
    parts += [_sheet(sheet) for sheet in d.sheets]
    return (
        *parts,
        *attested(d, "document:data-sheet", what="Datasheets", who="privacy"),
        *found(d, {"data-provenance", "data-personal", "data-separation", "data-training-review", "data-governance"}),
    )


def _sheet(sheet: Sheet) -> Part:
    one = sheet.datasheet
    limits = f" Limits: {'; '.join(one.limits)}." if one.limits else ""
    return Passage(
        basis=Basis.STATED,
        text=f"Datasheet of {one.name} {one.version}: {sentence(one.purpose)} Collected: "
        f"{sentence(one.collection)} From {one.source}, licence {one.licence}.{limits}",
        source=f"{sheet.file}, {sheet.digest}",
    )


def oversight_needed(d: Dossier) -> Filled:
    """Fill point 2(e): assessment of human oversight."""
    return (
        *stated(d, "human_oversight", lead="Where the human stands"),
        *found(d, {"oversight-human", "guard-tool-approval", "oversight-training", "oversight-assigned"}),
        Gap(
            text="What helps deployers to understand the output is not on record.",
            who="developer",
            closes="Describe it in the instructions for use, and have them attested.",
            command="rw attest document:instructions-for-use --document PATH --statement TEXT",
        ),
    )


def planned_changes(d: Dossier) -> Filled:
    """Fill point 2(f): changes determined beforehand."""
    return (
        *recorded(
            "Any change of a component gives another release, and evidence that depended on that component no "
            "longer counts for it.",
            source="docs: how a release is identified",
        ),
        Gap(
            text="Whether changes of the system or its performance are determined beforehand is not on record.",
            who="ai_owner",
            closes="State planned changes in the technical documentation, or that there are none, and have that "
            "attested.",
            command="rw attest document:technical-documentation --document PATH --statement TEXT",
        ),
    )


def testing(d: Dossier) -> Filled:
    """Fill point 2(g): validation and testing."""
    reports: list[Part] = [
        Passage(
            basis=Basis.MEASURED,
            text=f"Test report of task {piece.result.task}: run {piece.result.run}, observed "
            f"{day_text(piece.observed_at)}, "
            f"{piece.result.errors} attempts unassessed, on the samples that task digest {piece.result.task_digest} "
            f"fixes, journal {piece.result.journal_digest}. Signed by the workspace's key.",
            source=f"evidence {piece.id}",
            cites=cites,
        )
        for piece, cites in _runs(d)
        if piece.result is not None
    ]
    signed = Gap(
        text="The test reports are dated and signed by the key of the workspace; no responsible person has "
        "signed them.",
        who="evaluator",
        closes="Have the person who answers for the tests look at the reports and attest it.",
        command="rw attest review:evaluation --statement TEXT",
    )
    looked_at = any(p.basis is Basis.ATTESTED for p in found(d, {"eval-independent"}) if isinstance(p, Passage))
    measured = found(d, {r.control for r in d.results(lambda r: r.category is not None)})
    sampled = Gap(
        text="The main characteristics of the test data, and why it stands for those who will use the system, are not "
        "on record.",
        who="evaluator",
        closes="Describe the test data in the technical documentation, and have that attested.",
        command="rw attest document:technical-documentation --document PATH --statement TEXT",
    )
    missing = () if not reports else (sampled,) if looked_at else (sampled, signed)
    return (*reports, *missing, *measured)


def _runs(d: Dossier) -> tuple[tuple[Evidence, tuple[Citation, ...]], ...]:
    """Return each run that counted for some rule, with its citation, by its task."""
    counted = {cite.evidence: cite for result in d.decision.results for cite in d.cited(result)}
    runs = [piece for piece in d.evidence if piece.id in counted and piece.result is not None]
    return tuple((piece, (counted[piece.id],)) for piece in sorted(runs, key=lambda e: (e.type, e.id)))


def security(d: Dossier) -> Filled:
    """Fill point 2(h): cybersecurity."""
    return found(
        d,
        {
            "guard-present", "guard-untrusted", "guard-tool-arguments", "guard-tool-scopes", "guard-output",
            "guard-isolation",
            "eval-injection-direct", "eval-injection-indirect", "eval-prompt-leak", "eval-secrets", "eval-jailbreak",
            "static-secrets", "static-mcp", "static-models", "supply-secrets", "supply-dependencies",
            "oversight-threats",
        },
    )  # fmt: skip
