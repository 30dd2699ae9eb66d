"""Records what a person declares about the system: a document, a review, a drill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import roadworthy
from roadworthy.core.digest import Digest
from roadworthy.core.errors import ConfigError, NotFoundError
from roadworthy.core.evidence import PROOFS, Assurance, Declaration, Evidence, Origin, Producer
from roadworthy.core.records import Stored
from roadworthy.core.subject import Subject
from roadworthy.gates.validity import SYSTEM, component_digests
from roadworthy.inventory.release import Release
from roadworthy.policy.model import EvidenceCheck, Pack
from roadworthy.runtime.candidate import Candidate, read_candidate
from roadworthy.runtime.gating import sign_evidence
from roadworthy.runtime.policy.reading import read_packs
from roadworthy.runtime.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """What somebody wants to declare."""

    type: str
    statement: str
    author: str
    document: Path | None
    about: tuple[str, ...]
    """Keys of further components that it covers."""

    supports: bool
    observed_at: datetime | None
    """When it was so; None is now."""


def attest(
    workspace: Workspace, wanted: Attestation, *, assurance: Assurance = Assurance.SELF_ATTESTED
) -> Stored[Evidence]:
    """Sign and store a declaration about the release in the making.

    It is bound to the facts that the manifest states, to the components that a rule for
    this type asks to be covered, and to the document's digest: change one, and it no
    longer counts.

    Args:
        workspace: The repository.
        wanted: What is declared.
        assurance: What it claims. More than the team's word is worth something only where
            `roadworthy.runtime.oversight.reviewing` has somebody sign for it.

    Raises:
        NotFoundError: If no rule asks for this type, or a component does not exist.
        ConfigError: If it is a proof, the statement is empty, the document is missing, or the time is in the future.
    """
    candidate = read_candidate(workspace)
    now = workspace.clock.now()
    checks = _checks(read_packs(workspace, candidate.manifest), wanted.type)
    _require_sound(wanted, candidate=candidate, now=now)
    evidence = Evidence(
        id=workspace.ids.new("ev"),
        type=wanted.type,
        origin=Origin.HUMAN_DECLARED,
        assurance=assurance,
        subjects=_subjects(candidate.release, checks, wanted.about),
        producer=Producer(name="roadworthy-attest", version=roadworthy.__version__),
        observed_at=wanted.observed_at or now,
        recorded_at=now,
        declaration=Declaration(
            statement=wanted.statement,
            author=wanted.author,
            document_digest=_document_digest(workspace, candidate, wanted),
            supports=wanted.supports,
        ),
    )
    sign_evidence(workspace, evidence)
    return workspace.evidence.get(evidence.id)


def _checks(packs: Sequence[Pack], kind: str) -> tuple[EvidenceCheck, ...]:
    if kind.startswith(PROOFS):
        raise ConfigError(
            f"{kind} is not declared: it is what came of trying the controls",
            where="rw attest",
            fix="run `rw controls prove --record`",
        )
    asked = [
        rule.require
        for pack in packs
        for control in pack.controls
        for rule in control.rules
        if isinstance(rule.require, EvidenceCheck)
    ]
    found = tuple(check for check in asked if check.type == kind)
    if not found:
        known = ", ".join(sorted({check.type for check in asked})) or "none"
        raise NotFoundError(
            f"no rule asks for evidence of type {kind!r}", where="rw attest", fix=f"choose from: {known}"
        )
    return found


def _require_sound(wanted: Attestation, *, candidate: Candidate, now: datetime) -> None:
    if not wanted.statement.strip():
        raise ConfigError("the statement is empty", where="--statement", fix="say in a sentence what was done or seen")
    if wanted.observed_at is not None and wanted.observed_at > now:
        raise ConfigError("the time is in the future", where="--observed-at", fix="give the time when it was so")
    unknown = sorted(set(wanted.about) - {component.key for component in candidate.release.components})
    if unknown:
        raise NotFoundError(f"no component is called {unknown[0]!r}", where="--about", fix="see `rw freeze`")


def _document_digest(workspace: Workspace, candidate: Candidate, wanted: Attestation) -> Digest | None:
    """Return the digest of the document that backs the declaration; None where no document is asked for.

    Only a document that the manifest names can be held against the declaration later:
    edited or gone, the declaration no longer counts.
    """
    kind, _, name = wanted.type.partition(":")
    if kind != "document" and wanted.document is None:
        return None
    named = candidate.manifest.documents.get(name)
    given = named if wanted.document is None else _relative(workspace, wanted.document)
    if named is None or given != named:
        raise ConfigError(
            f"{wanted.type} needs a document that the manifest names",
            where="--document",
            fix=f"write `{name}: {given or 'PATH'}` under `documents` in roadworthy.yaml",
        )
    if name not in candidate.documents:
        raise ConfigError(f"the document is not there: {named}", where=f"documents.{name}", fix="write it")
    return candidate.documents[name]


def _relative(workspace: Workspace, path: Path) -> str:
    place = (path if path.is_absolute() else workspace.root / path).resolve()
    root = workspace.root.resolve()
    return place.relative_to(root).as_posix() if place.is_relative_to(root) else str(path)


def _subjects(release: Release, checks: Sequence[EvidenceCheck], about: Sequence[str]) -> tuple[Subject, ...]:
    digests = component_digests(release)
    types = {kind for check in checks for kind in check.about}
    keys = {SYSTEM, *about} | {c.key for c in release.components if c.type in types}
    return tuple(Subject(kind="component", name=key, digest=digests[key]) for key in sorted(keys))
