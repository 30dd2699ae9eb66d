"""Point 1 of the file: the system in general. Nothing is invented."""

from __future__ import annotations

from typing import TypeAlias

from roadworthy.evidence.documents.citation import Basis, Gap, Part, Passage
from roadworthy.evidence.documents.dossier import Dossier
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


def purpose(d: Dossier) -> Filled:
    """Fill point 1(a): intended purpose, provider and version."""
    follows = (
        f"The release decided on before it is {d.previous.version}, {d.previous.release}."
        if d.previous is not None
        else "No other release of this system was decided on before it in this ledger."
    )
    role = said(d.system.get("role"))
    provider = (
        f"The organisation that answers for it says that it is the {role}; the provider's name and address are "
        "not on record."
        if role
        else "Neither the provider's name and address nor the organisation's role is on record."
    )
    return (
        *stated(d, "purpose", lead="Purpose"),
        *stated(d, "intended_use", lead="Intended use"),
        *stated(d, "out_of_scope_use", lead="Not to be used for"),
        *recorded(
            f"Version {d.decision.version}, release {d.release.digest}, frozen {day_text(d.release.frozen_at)}. "
            f"{follows}",
            source="release record",
        ),
        Gap(
            text=provider,
            who="legal",
            closes="Add name and address of the provider, and of an authorised representative where there is one.",
        ),
        *stated(d, "owner", lead="Team that answers for it"),
        *stated(d, "accountable_executive", lead="Accountable executive"),
    )


def interaction(d: Dossier) -> Filled:
    """Fill point 1(b): interaction with other hardware and software."""
    kinds = ("tool", "mcp_server", "hosted_model", "index")
    parts: list[Part] = []
    for item in d.components:
        if item.get("type") not in kinds:
            continue
        effects = said(item.get("side_effects"))
        about = (
            said(item.get("description"))
            or said(item.get("source"))
            or said(item.get("uri"))
            or said(item.get("provider"))
        )
        effect = f" Effects: {effects}." if effects else ""
        text = (
            f"{said(item.get('type')).capitalize()} `{item.get('key')}`: {sentence(about or 'not described')}{effect}"
        )
        parts.append(Passage(basis=Basis.STATED, text=text, source=f"roadworthy.yaml: component {item.get('key')}"))
    if not parts:
        parts.append(
            Gap(
                text="The manifest names no tool, server, hosted model or index outside the application.",
                who="developer",
                closes="Name each, or have it attested that there is none.",
            )
        )
    return tuple(parts)


def software(d: Dossier) -> Filled:
    """Fill point 1(c): software versions."""
    listed = "; ".join(
        f"{c.key} ({c.type.replace('_', ' ')}) {c.digest.removeprefix('sha256:')[:12]}"
        + (f", {c.pin}" if c.pin else "")
        for c in d.release.components
    )
    return (
        *recorded(
            f"{len(d.release.components)} components, each with its digest: {listed}.",
            source=f"release {d.release.digest}",
        ),
        *found(d, {"supply-code-revision", "static-dependencies", "model-pinned", "model-identity"}),
        Gap(
            text="What updates of this software require is not on record.",
            who="developer",
            closes="Describe it in the technical documentation, and have that attested.",
            command="rw attest document:technical-documentation --document PATH --statement TEXT",
        ),
    )


def forms(d: Dossier) -> Filled:
    """Fill point 1(d): forms in which it is supplied."""
    return (
        *stated(d, "markets", lead="Markets"),
        *stated(d, "languages", lead="Languages"),
        Gap(
            text="Whether it is supplied as a service, a download, a programming interface or inside a device "
            "is not on record.",
            who="ai_owner",
            closes="Say each form in the instructions for use, and have them attested.",
            command="rw attest document:instructions-for-use --document PATH --statement TEXT",
        ),
    )


def hardware(d: Dossier) -> Filled:
    """Fill point 1(e): hardware."""
    return (
        Gap(
            text="The hardware that it is meant to run on is not on record.",
            who="developer",
            closes="Describe it in the technical documentation, and have that attested.",
            command="rw attest document:technical-documentation --document PATH --statement TEXT",
        ),
    )


def product(d: Dossier) -> Filled:
    """Fill point 1(f): product that it is part of."""
    answer = d.system.get("legal_facts")
    value = answer.get("safety_component_annex_i") if isinstance(answer, dict) else None
    if value is False:
        return (
            Passage(
                basis=Basis.STATED,
                text="It is no safety component of a product under Annex I.",
                source="roadworthy.yaml: system.legal_facts.safety_component_annex_i",
            ),
            Gap(
                text="Whether it is part of another product, and what that product looks like, is not on record.",
                who="legal",
                closes="Say that it is none, or add pictures and drawings of the product, and have them attested.",
                command="rw attest document:technical-documentation --document PATH --statement TEXT",
            ),
        )
    return (
        Gap(
            text="Whether it is part of a product, and what that product looks like, is not on record.",
            who="legal",
            closes="Answer `system.legal_facts.safety_component_annex_i`; where it is part of a product, add "
            "pictures and drawings.",
        ),
    )


def interface(d: Dossier) -> Filled:
    """Fill point 1(g): user interface."""
    return (
        *stated(d, "users", lead="Who uses it"),
        *attested(d, "document:user-disclosure", what="How people are told that they talk to a machine"),
        *attested(
            d,
            "document:technical-documentation",
            what="Description of the user interface in the technical documentation",
        ),
    )


def instructions(d: Dossier) -> Filled:
    """Fill point 1(h): instructions for use."""
    return attested(d, "document:instructions-for-use", what="Instructions for use")
