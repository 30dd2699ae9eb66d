"""A first manifest from what was found in a repository, and the few questions that looking cannot answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from roadworthy.core.errors import ManifestError
from roadworthy.core.subject import STRICT
from roadworthy.inventory.drafted_components import drafted_components, key_from
from roadworthy.inventory.findings import Findings
from roadworthy.inventory.model import (
    Autonomy,
    DataClass,
    DecisionEffect,
    Manifest,
    Oversight,
    System,
    is_version,
)
from roadworthy.inventory.questions import Answers

Note = tuple[tuple[str | int, ...], str]
"""Where in the manifest a remark belongs, and the remark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A manifest with remarks for the person who goes on writing it."""

    __pydantic_config__: ClassVar = STRICT

    manifest: Manifest
    header: tuple[str, ...]
    """Lines above the document."""

    notes: tuple[Note, ...]
    """Remarks about a field; about one that is left out, where it would stand."""


def draft(findings: Findings, answers: Answers) -> Draft:
    """Write a first manifest.

    What was neither found nor answered is left out and said so in a remark: a
    harmless default would be a claim that nobody made. Only the purpose, which every
    manifest has, is then the empty text.

    Raises:
        ManifestError: If the repository holds no file at all.
    """
    if findings.num_files == 0:
        raise ManifestError(
            f"the folder {findings.project.folder!r} holds no files to describe",
            where=findings.project.folder,
            fix="run `rw init` in the repository of your application",
        )
    components, remarks = drafted_components(findings)
    manifest = Manifest(
        schema="roadworthy/manifest/v1",
        system=_system(findings, answers),
        components=components,
        tasks=findings.tasks,
    )
    notes = [*_system_notes(manifest.system), *remarks]
    if not is_version(findings.project.version or ""):
        notes.append((("system", "version"), "label of the release in the making"))
    if manifest.system.purpose and answers.purpose is None:
        notes.append((("system", "purpose"), "the project's own description; say what it is for, and for whom"))
    return Draft(manifest=manifest, header=_header(findings), notes=tuple(notes))


def _system(findings: Findings, answers: Answers) -> System:
    project = findings.project
    name = project.name or project.folder
    return System(
        key=key_from(name),
        name=name,
        version=project.version if project.version and is_version(project.version) else "0.1.0",
        purpose=answers.purpose or project.description or "",
        markets=answers.markets,
        languages=findings.languages,
        data_classes=answers.data_classes,
        decision_effect=answers.decision_effect,
        human_oversight=answers.human_oversight,
        owner=project.owner,
    )


def _header(findings: Findings) -> tuple[str, ...]:
    lines = [
        "Roadworthy manifest: one AI system and everything that it is made of.",
        "`rw schema manifest` prints every field; facts that are left out count as missing, not as harmless.",
    ]
    if findings.dependencies:
        lines.append(f"Built with: {', '.join(findings.dependencies)}.")
    return (*lines, *(f"Not looked at: {note}." for note in findings.notes))


def _one_of(values: type[Autonomy] | type[DataClass] | type[DecisionEffect] | type[Oversight]) -> str:
    return " | ".join(values)


def _system_notes(system: System) -> tuple[Note, ...]:
    said = [
        (not system.purpose, "purpose", "not stated: what the system is for, in one sentence"),
        (bool(system.languages), "languages", "guessed from the prompts; correct it"),
    ]
    left_out = [
        (not system.intended_use, "intended_use", "list of uses"),
        (not system.out_of_scope_use, "out_of_scope_use", "list of uses that it is not for"),
        (not system.foreseeable_misuse, "foreseeable_misuse", "list of ways in which people may misuse it"),
        (not system.users, "users", "list of who works with it"),
        (not system.affected_groups, "affected_groups", "list of whom its output touches"),
        (system.role is None, "role", "provider | deployer | importer | distributor | product_manufacturer"),
        (not system.markets, "markets", "list of ISO 3166 codes, or EU"),
        (not system.languages, "languages", "list of BCP 47 tags"),
        (system.data_classes is None, "data_classes", f"list of {_one_of(DataClass)}"),
        (system.autonomy is None, "autonomy", _one_of(Autonomy)),
        (system.decision_effect is None, "decision_effect", _one_of(DecisionEffect)),
        (system.human_oversight is None, "human_oversight", _one_of(Oversight)),
        (system.owner is None, "owner", "who answers for it day by day"),
        (system.accountable_executive is None, "accountable_executive", "who answers for it in the end"),
    ]
    notes = [(("system", name), text) for holds, name, text in said if holds]
    notes += [(("system", name), f"{name}:  not stated; {text}") for holds, name, text in left_out if holds]
    return tuple(notes)
