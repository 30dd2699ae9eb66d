"""Removes the texts of runs whose time is up, and leaves a receipt that names every store."""

from __future__ import annotations

from datetime import datetime, timedelta

from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.core.digest import Digest
from roadworthy.core.errors import EvidenceError, VerificationError
from roadworthy.evals.forgetting import ForgettingReceipt, Forgotten, Kept, is_due
from roadworthy.evidence.dsse import IN_TOTO, open_envelope
from roadworthy.evidence.redact import Redaction
from roadworthy.evidence.statement import EVAL_RESULT, parse_statement
from roadworthy.runtime.interruption import unfinished
from roadworthy.runtime.workspace import Workspace


def forget(workspace: Workspace, *, force: bool) -> ForgettingReceipt:
    """Replace every journal whose time is up by its redacted one, and purge the cache.

    Args:
        workspace: The repository.
        force: Forget unfinished runs too; they can be concluded then, and not be gone on with.

    Raises:
        EvidenceError: If a journal is not the one that was signed: it is evidence of something, and stays.
    """
    now = workspace.clock.now()
    signed = signed_journals(workspace)
    is_open = {plan.id for plan in unfinished(workspace)}
    runs: list[Forgotten] = []
    kept: list[Kept] = []
    for plan in workspace.runs.plans():
        if not is_due(plan, now=now) or not workspace.runs.has_texts(plan.id):
            continue
        if plan.id in is_open and not force:
            kept.append(Kept(run=plan.id, reason="it is not finished: go on with it, or give --force"))
        else:
            runs.append(_forgotten(workspace, plan.id, signed=signed.get(plan.id), now=now))
    retain_days = load_manifest(workspace.manifest_path).transcripts.retain_days
    receipt = ForgettingReceipt(
        id=workspace.ids.new("forgetting"),
        at=now,
        runs=tuple(runs),
        cache_entries=workspace.cache.purge(before=now - timedelta(days=retain_days)),
        kept=tuple(kept),
    )
    workspace.receipts.add(receipt)
    return receipt


def _forgotten(
    workspace: Workspace, run: str, *, signed: tuple[Digest, Digest | None] | None, now: datetime
) -> Forgotten:
    """Forget one run, if its journal is what its evidence says."""
    before = workspace.runs.forgotten(run)
    if before is not None:
        # Interrupted between the note and the removal: finish it.
        workspace.runs.forget(before, redacted=())
        return before
    redaction = Redaction(where=run)
    for line in workspace.runs.lines(run):
        redaction.read(line)
    redacted = redaction.digest(workspace.runs.lines(run))
    original, also = signed or (redaction.original, None)
    if original != redaction.original or also not in (None, redacted):
        raise EvidenceError(
            f"the journal of run {run} is not the one that was signed",
            where=str(workspace.state / "runs" / run),
            fix="find out who changed it; restore it from a backup, then forget it",
        )
    note = Forgotten(run=run, original=redaction.original, redacted=redacted, at=now)
    workspace.runs.forget(note, redacted=redaction.redacted(workspace.runs.lines(run)))
    return note


def signed_journals(workspace: Workspace) -> dict[str, tuple[Digest, Digest | None]]:
    """Return the digests of the journal and of its redacted one that the signed statement of each run names.

    The second is None where no key of ours that counts signed the statement.
    """
    keys = workspace.keyring
    found: dict[str, tuple[Digest, Digest | None]] = {}
    for stored in workspace.evidence.all():
        envelope = stored.envelopes.get(EVAL_RESULT)
        if stored.record.result is None or envelope is None:
            continue
        verifier = keys.verifier_of(envelope, about=stored.digest)
        try:
            if verifier is None:
                raise VerificationError("no key of ours made the signature")
            payload = open_envelope(envelope, payload_type=IN_TOTO, verifier=verifier, where=stored.digest)
        except VerificationError:
            # Not signed with a key that counts: what the record itself names still has to agree.
            found[stored.record.result.run] = (stored.record.result.journal_digest, None)
            continue
        journal = parse_statement(payload, where=stored.digest).predicate["journal"]
        if isinstance(journal, dict):
            redacted = journal.get("redacted")
            found[stored.record.result.run] = (str(journal["digest"]), redacted if isinstance(redacted, str) else None)
    return found
