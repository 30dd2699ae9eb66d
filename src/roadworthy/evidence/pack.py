"""One archive with everything that a decision rests on, to be checked by somebody who does not trust us.

``docs/reference/pack-format.md`` describes every file. Private by default: journals
go in redacted, response text never.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from roadworthy.core.clock import rfc3339
from roadworthy.core.digest import Digest, JsonValue, canonical_json, digest_of, digest_of_bytes
from roadworthy.core.errors import EvidenceError
from roadworthy.core.evidence import Evidence
from roadworthy.evidence.archive import write_archive
from roadworthy.evidence.chain import Entry, checkpoint_of, encode_log, sign_checkpoint
from roadworthy.evidence.dsse import encode, seal
from roadworthy.evidence.index import INDEX, INDEX_TYPE, FileEntry, PackIndex, Role
from roadworthy.evidence.instructions import verification_instructions
from roadworthy.evidence.ports import Signer
from roadworthy.evidence.redact import RedactedJournal, redact_journal
from roadworthy.evidence.said import words_of
from roadworthy.evidence.statement import (
    Statement,
    sign_statement,
    statement_of_decision,
    statement_of_evidence,
)
from roadworthy.evidence.summary import svr_of, vsa_of
from roadworthy.gates.inputs import GateInputs
from roadworthy.gates.model import GateDecision, Verdict
from roadworthy.inventory.release import Release
from roadworthy.policy.resolved import ResolvedPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class PackContents:
    """What goes into a pack."""

    release: Release
    manifest: bytes
    """``roadworthy.yaml`` as it was when the release was frozen."""

    policy: ResolvedPolicy
    assessment: JsonValue
    """The risk assessment's record, in plain form."""

    inputs: GateInputs
    """What the decision was a function of."""

    decision: GateDecision
    evidence: tuple[Evidence, ...]
    """Everything that was considered, whether it counted or not."""

    log: tuple[Entry, ...]
    """The whole log, from its first entry."""

    report_html: bytes
    system_card_html: bytes
    system_card: JsonValue
    created_at: datetime
    tasks: Mapping[str, JsonValue] = field(default_factory=dict)
    """``{"task": …, "scorers": {kind: version}}`` by task id: what the task's digest is over."""

    journals: Mapping[str, bytes] = field(default_factory=dict)
    """Journals as they were recorded, by run id. They are redacted on the way in."""

    redacted_journals: Mapping[str, RedactedJournal] = field(default_factory=dict)
    """Those of runs whose texts were forgotten, by run id: all that is left of them."""

    said: Mapping[str, bytes] = field(default_factory=dict)
    """What people signed, byte for byte, by the id of the approval, delegation, withdrawal or met condition."""

    harness: Digest | None = None
    """Digest of the evaluating code; None when it was not recorded."""


def build_pack(contents: PackContents, *, signer: Signer) -> bytes:
    """Return the pack as an archive. The same contents and key always give the same bytes.

    Raises:
        EvidenceError: If the parts do not belong together: the decision names other
            digests, evidence is missing, or a journal is not the one that its evidence
            names. A pack that could not be verified is not made.
        ValueError: If an id is no file name.
    """
    require_coherent(contents)
    files, entries = _files(contents, signer=signer)
    return write_archive({**files, INDEX: _index(contents, entries=entries, signer=signer)})


def require_coherent(contents: PackContents) -> None:
    """Check that the parts of a pack belong together.

    Raises:
        EvidenceError: With every mismatch found.
    """
    decision = contents.decision
    held = {digest_of(item) for item in contents.evidence}
    logged = {entry.digest for entry in contents.log}
    expected = (
        ("release", contents.release.digest, decision.release),
        ("policy", digest_of(contents.policy), decision.policy),
        ("assessment", digest_of(contents.assessment), decision.assessment),
        ("facts", digest_of(contents.inputs.facts), decision.facts),
    )
    problems = [
        f"the {name} has digest {actual}, the decision names {named}"
        for name, actual, named in expected
        if actual != named
    ]
    problems += [
        f"evidence {ref.digest} was considered and is not there"
        for ref in contents.inputs.evidence
        if ref.digest not in held
    ]
    considered = {ref.digest for ref in contents.inputs.evidence}
    problems += [f"evidence {digest} was not considered" for digest in sorted(held - considered)]
    problems += [f"evidence {digest} is not in the log" for digest in sorted(held - logged)]
    if digest_of(decision) not in logged:
        problems.append(f"decision {decision.id} is not in the log")
    for ref in contents.inputs.tasks:
        if ref.id not in contents.tasks:
            problems.append(f"task {ref.id} is not there")
        elif digest_of(contents.tasks[ref.id]) != ref.digest:
            problems.append(f"task {ref.id} is not the one that was decided on")
    problems += _people_problems(contents)
    for item in contents.evidence:
        problems += _run_problems(item, contents=contents)
    if problems:
        raise EvidenceError(
            f"the pack's parts do not belong together: {problems[0]}",
            where=decision.id,
            fix="decide again with `rw gate`, then pack that decision",
            details=tuple(problems[1:]),
        )


def _people_problems(contents: PackContents) -> list[str]:
    inputs = contents.inputs
    governance = None if inputs.governance is None else digest_of(inputs.governance)
    problems = [] if governance == contents.decision.governance else ["the governance is not the one decided under"]
    return problems + [
        f"what {word.record.id} says was signed, and the signed words are not there"
        for word in words_of(inputs.consents)
        if word.signed.holds and word.record.id not in contents.said
    ]


def _run_problems(item: Evidence, *, contents: PackContents) -> list[str]:
    result = item.result
    if result is None:
        return []
    problems = []
    journal = contents.journals.get(result.run)
    left = contents.redacted_journals.get(result.run)
    if left is not None and journal is None:
        if left.original != result.journal_digest:
            problems.append(f"what is left of run {result.run} is not of the journal that evidence {item.id} names")
    elif journal is None:
        problems.append(f"the journal of run {result.run} is not there")
    elif digest_of_bytes(journal) != result.journal_digest:
        problems.append(f"the journal of run {result.run} is not the one that evidence {item.id} names")
    return problems


def _files(contents: PackContents, *, signer: Signer) -> tuple[dict[str, bytes], list[FileEntry]]:
    """Return content by name, and the index entry of each."""
    files: dict[str, bytes] = {}
    entries: list[FileEntry] = []

    def put(name: str, content: bytes, role: Role, original: Digest | None = None) -> None:
        files[name] = content
        entries.append(
            FileEntry(name=name, digest=digest_of_bytes(content), size=len(content), role=role, original=original)
        )

    redacted = {run: redact_journal(raw, where=run) for run, raw in contents.journals.items()}
    redacted = {**contents.redacted_journals, **redacted}
    for run, journal in redacted.items():
        put(f"journals/{run}.jsonl", journal.content, Role.JOURNAL, journal.original)
    for name, content, role in _evidence_files(contents, redacted, signer):
        put(name, content, role)
    for word in words_of(contents.inputs.consents):
        if word.record.id in contents.said:
            put(word.file, contents.said[word.record.id], Role.CONSENT)
    for name, statement in summaries(contents.decision, files=files).items():
        put(name, encode(sign_statement(statement, signer=signer)), Role.SUMMARY)
    for name, content, role in _plain_files(contents):
        put(name, content, role)
    decision = sign_statement(statement_of_decision(contents.decision), signer=signer)
    put("decision.dsse.json", encode(decision), Role.DECISION)
    checkpoint = checkpoint_of(contents.log, at=contents.created_at)
    put("checkpoint.dsse.json", encode(sign_checkpoint(checkpoint, signer=signer)), Role.CHECKPOINT)
    put("signing-key.pub.pem", signer.public_pem, Role.KEY)
    put("VERIFY.md", verification_instructions(contents.decision, key_id=signer.key_id), Role.DOCUMENT)
    return files, entries


def summaries(decision: GateDecision, *, files: Mapping[str, bytes]) -> dict[str, Statement]:
    """Return the decision's outside forms by file name.

    Args:
        decision: What was decided.
        files: Files of the pack; its evidence envelopes become the inputs that a VSA names.
    """
    inputs = {name: digest_of_bytes(raw) for name, raw in files.items() if name.startswith("evidence/")}
    made = {"vsa.dsse.json": vsa_of(decision, attestations=inputs)}
    if decision.verdict is Verdict.SHIP:
        made["svr.dsse.json"] = svr_of(decision)
    return made


def _evidence_files(
    contents: PackContents, redacted: Mapping[str, RedactedJournal], signer: Signer
) -> list[tuple[str, bytes, Role]]:
    """Sign what was verified when it was considered. Signing what was not would launder it."""
    verified = {ref.digest for ref in contents.inputs.evidence if ref.verified}
    made = []
    for item in contents.evidence:
        if digest_of(item) not in verified:
            made.append((f"unverified/{item.id}.json", canonical_json(item), Role.UNVERIFIED))
            continue
        journal = redacted[item.result.run].digest if item.result else None
        statement = statement_of_evidence(item, redacted_journal=journal, harness=contents.harness)
        made.append((f"evidence/{item.id}.dsse.json", encode(sign_statement(statement, signer=signer)), Role.EVIDENCE))
    return made


def _plain_files(contents: PackContents) -> list[tuple[str, bytes, Role]]:
    return [
        ("release.json", canonical_json(contents.release), Role.RELEASE),
        ("manifest.yaml", contents.manifest, Role.MANIFEST),
        ("policy.json", canonical_json(contents.policy), Role.POLICY),
        ("assessment.json", canonical_json(contents.assessment), Role.ASSESSMENT),
        ("gate-inputs.json", canonical_json(contents.inputs), Role.INPUTS),
        ("log.jsonl", encode_log(contents.log), Role.LOG),
        ("report.html", contents.report_html, Role.DOCUMENT),
        ("system-card.html", contents.system_card_html, Role.DOCUMENT),
        ("system-card.json", canonical_json(contents.system_card), Role.DOCUMENT),
        *((f"tasks/{key}.json", canonical_json(task), Role.TASK) for key, task in contents.tasks.items()),
    ]


def _index(contents: PackContents, *, entries: list[FileEntry], signer: Signer) -> bytes:
    index = PackIndex(
        release=contents.release.digest,
        decision=digest_of(contents.decision),
        created_at=contents.created_at,
        key_id=signer.key_id,
        files=tuple(sorted(entries, key=lambda entry: entry.name)),
    )
    return encode(seal(canonical_json(index), payload_type=INDEX_TYPE, signer=signer))


def suggested_name(decision: GateDecision) -> str:
    """Return a file name for the pack: system, version and the day of the decision."""
    return f"{file_stem(decision)}-{rfc3339(decision.decided_at)[:10]}.rwpack.zip"


def file_stem(decision: GateDecision) -> str:
    """Return system and version as the start of a file name: no separators, whatever they hold."""
    text = f"{decision.system}-{decision.version}"
    return "".join(c if (c.isalnum() and c.isascii()) or c in "._-" else "-" for c in text).lstrip(".-") or "release"
