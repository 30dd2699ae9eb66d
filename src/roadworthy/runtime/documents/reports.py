"""Writes the decision report and the summary of an evidence pack as documents to print."""

from __future__ import annotations

from pathlib import Path

from roadworthy.adapters.clock import SystemClock
from roadworthy.adapters.keys.public import parse_key
from roadworthy.adapters.record_reader import StrictRecordReader
from roadworthy.adapters.signing import load_public_key
from roadworthy.core.digest import digest_of_bytes
from roadworthy.core.errors import ConfigError, NotFoundError, VerificationError
from roadworthy.evidence.archive import MAX_ARCHIVE_BYTES, read_archive
from roadworthy.evidence.documents.paper.report import paper_of_pack, paper_of_report
from roadworthy.evidence.documents.report import report_of
from roadworthy.evidence.index import INDEX
from roadworthy.evidence.pack import file_stem
from roadworthy.evidence.ports import Sealed
from roadworthy.evidence.verify import verify
from roadworthy.gates.model import GateDecision
from roadworthy.runtime.documents.collecting import dossier_for
from roadworthy.runtime.documents.forms import Form, Written, content_of, file_name
from roadworthy.runtime.verifying import replay_sealed
from roadworthy.runtime.workspace import Workspace


def decision_report(workspace: Workspace, reference: str | None, *, form: Form, allow_lapsed: bool = False) -> Written:
    """Return the report of a decision to print.

    Raises:
        EvidenceError: If something that it cites is missing, is another or holds no more.
        ConfigError: If PDF is asked for and its extra is not installed.
    """
    dossier = dossier_for(workspace, reference, allow_lapsed=allow_lapsed)
    report = report_of(dossier.decision, release=dossier.release, evidence=dossier.evidence)
    content = content_of(paper_of_report(report), data=report, form=form, at=dossier.written_at)
    return Written(content=content, name=file_name(f"{file_stem(dossier.decision)}-decision", form))


def pack_summary(pack: Path, *, key: Path, form: Form) -> Written:
    """Return what an evidence pack holds and what came of checking it. Needs no workspace.

    Raises:
        VerificationError: If something in the pack is broken: there is nothing to summarise then.
        NotFoundError: If there is no such pack.
    """
    archive = _archive(pack)
    seen: list[tuple[Sealed, GateDecision]] = []

    def replay(sealed: Sealed) -> GateDecision:
        decision = replay_sealed(sealed)
        seen.append((sealed, decision))
        return decision

    verification = verify(
        archive,
        verifier=load_public_key(key),
        reader=StrictRecordReader(),
        at=SystemClock().now(),
        replay=replay,
        keys=lambda public: parse_key(public.encode("utf-8"), where=f"{pack.name}: governance"),
    )
    broken = verification.first_failure
    if broken is not None or not seen:
        what = f"{broken.what} {broken.detail}" if broken is not None else "its decision could not be taken again"
        raise VerificationError(
            f"the pack is broken, so it has no summary: {what}",
            where=pack.name,
            fix=f"look closer: rw verify {pack.name}",
        )
    sealed, decision = seen[-1]
    report = report_of(decision, release=sealed.release, evidence=sealed.evidence)
    files = {name: digest_of_bytes(content) for name, content in read_archive(archive).items()}
    paper = paper_of_pack(
        report, verification, name=pack.name, archive=digest_of_bytes(archive), index=files[INDEX], files=files
    )
    content = content_of(paper, data=paper, form=form, at=verification.at)
    return Written(content=content, name=file_name(f"{pack.stem}-summary", form))


def _archive(pack: Path) -> bytes:
    if not pack.is_file():
        raise NotFoundError(f"there is no pack at {pack.name!r}", where=str(pack), fix="write one: rw pack")
    if pack.stat().st_size > MAX_ARCHIVE_BYTES:
        raise ConfigError(f"the pack is over {MAX_ARCHIVE_BYTES:,} bytes", where=str(pack), fix="name an evidence pack")
    return pack.read_bytes()
