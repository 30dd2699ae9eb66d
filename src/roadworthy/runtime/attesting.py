"""Records what a person declares about the system: a document, a review, a drill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import roadworthy
from roadworthy.core.digest import digest_of_bytes
from roadworthy.core.errors import ConfigError, NotFoundError
from roadworthy.core.evidence import Assurance, Declaration, Evidence, Origin, Producer
from roadworthy.core.records import Stored
from roadworthy.core.subject import Subject
from roadworthy.gates.validity import SYSTEM, component_digests
from roadworthy.inventory.release import Release
from roadworthy.policy.model import EvidenceCheck, Pack
from roadworthy.runtime.candidate import Candidate, read_candidate
from roadworthy.runtime.gating import sign_evidence
from roadworthy.runtime.policing import read_packs
from roadworthy.runtime.workspace import Workspace

_MAX_DOCUMENT_BYTES = 50 * 1024 * 1024


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


def attest(workspace: Workspace, wanted: Attestation) -> Stored[Evidence]:
    """Sign and store a declaration about the release in the making.

    It is bound to the facts that the manifest states, to the components that a rule for
    this type asks to be covered, and to the document's digest: change one, and it no
    longer counts.

    Raises:
        NotFoundError: If no rule asks for this type, or a component does not exist.
        ConfigError: If the statement is empty, the document is missing, or the time is in the future.
    """
    candidate = read_candidate(workspace)
    now = workspace.clock.now()
    checks = _checks(read_packs(workspace, candidate.manifest), wanted.type)
    _require_sound(wanted, candidate=candidate, now=now)
    evidence = Evidence(
        id=workspace.ids.new("ev"),
        type=wanted.type,
        origin=Origin.HUMAN_DECLARED,
        assurance=Assurance.SELF_ATTESTED,
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
    if wanted.type.startswith("document:") and wanted.document is None:
        name = wanted.type.partition(":")[2]
        if name not in candidate.documents:
            raise ConfigError(
                f"{wanted.type} needs its document",
                where="--document",
                fix=f"give --document PATH, or name it under `documents: {name}:` in roadworthy.yaml",
            )
    unknown = sorted(set(wanted.about) - {component.key for component in candidate.release.components})
    if unknown:
        raise NotFoundError(f"no component is called {unknown[0]!r}", where="--about", fix="see `rw freeze`")


def _document_digest(workspace: Workspace, candidate: Candidate, wanted: Attestation) -> str | None:
    if wanted.document is None:
        return candidate.documents.get(wanted.type.partition(":")[2])
    path = wanted.document if wanted.document.is_absolute() else workspace.root / wanted.document
    try:
        if path.stat().st_size > _MAX_DOCUMENT_BYTES:
            raise ConfigError(f"the document is larger than {_MAX_DOCUMENT_BYTES} bytes", where=str(wanted.document))
        return digest_of_bytes(path.read_bytes())
    except OSError as error:
        raise ConfigError(
            f"the document cannot be read: {error.strerror}", where=str(wanted.document), fix="check the path"
        ) from error


def _subjects(release: Release, checks: Sequence[EvidenceCheck], about: Sequence[str]) -> tuple[Subject, ...]:
    digests = component_digests(release)
    types = {kind for check in checks for kind in check.about}
    keys = {SYSTEM, *about} | {c.key for c in release.components if c.type in types}
    return tuple(Subject(kind="component", name=key, digest=digests[key]) for key in sorted(keys))
