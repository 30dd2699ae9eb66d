"""Whether the parts say the same: decision, release, policy, evidence, tasks, journals, summaries."""

from __future__ import annotations

from collections.abc import Iterator

from roadworthy.core.digest import JsonValue, digest_of, digest_of_bytes
from roadworthy.core.errors import VerificationError
from roadworthy.evidence.checks.reading import NotChecked, ReadEvidence, Reading, got
from roadworthy.evidence.dsse import strict_json
from roadworthy.evidence.index import Role
from roadworthy.evidence.pack import summaries
from roadworthy.evidence.ports import Sealed
from roadworthy.evidence.statement import Statement, statement_of_decision, statement_of_evidence
from roadworthy.gates.decide import evidence_set_digest
from roadworthy.gates.inputs import HeldEvidence
from roadworthy.gates.model import Validity
from roadworthy.gates.replay import differences
from roadworthy.gates.validity import component_digests

_DECISION = "decision.dsse.json"


def read_decision(reading: Reading) -> str:
    """Read the decision and check that its statement is the one that it makes."""
    statement = reading.statement(_DECISION)
    decision = reading.value(statement.predicate.get("decision"), reading.reader.decision, where=_DECISION)
    if statement_of_decision(decision).content != statement.content:
        raise VerificationError("the statement does not say what its decision says", where=_DECISION)
    index = got(reading.index)
    if digest_of(decision) != index.decision or decision.release != index.release:
        raise VerificationError("the index names another decision or release", where=_DECISION)
    reading.decision = decision
    return f"{decision.id}: {decision.verdict.value} for {decision.system} {decision.version}"


def read_release(reading: Reading) -> str:
    """Read the release; its own constructor recomputes its digest."""
    release = reading.record("release.json", reading.reader.release)
    decision = got(reading.decision)
    if release.digest != decision.release:
        raise VerificationError("the release is not the one that was decided on", where="release.json")
    reading.release = release
    return f"{len(release.components)} components"


def read_inputs(reading: Reading) -> str:
    """Read what the decision was a function of, and compare the digests that it names."""
    decision = got(reading.decision)
    inputs = reading.record("gate-inputs.json", reading.reader.inputs)
    policy = reading.record("policy.json", reading.reader.policy)
    assessment = strict_json(reading.file("assessment.json"), where="assessment.json")
    named = (
        ("policy.json", digest_of(policy), decision.policy),
        ("assessment.json", digest_of(assessment), decision.assessment),
        ("gate-inputs.json", digest_of(inputs.facts), decision.facts),
        ("gate-inputs.json", digest_of(sorted((t.id, t.digest) for t in inputs.tasks)), decision.tasks),
        ("gate-inputs.json", inputs.decision, decision.id),
        ("gate-inputs.json", inputs.release, decision.release),
        ("gate-inputs.json", inputs.policy, decision.policy),
        ("gate-inputs.json", inputs.assessment.digest, decision.assessment),
    )
    wrong = next((file for file, actual, expected in named if actual != expected), None)
    if wrong is not None:
        raise VerificationError(f"{wrong} is not what the decision was made on", where=wrong)
    reading.inputs, reading.policy, reading.assessment = inputs, policy, assessment
    return f"{len(policy.controls)} controls, {len(inputs.tasks)} tasks"


def read_evidence(reading: Reading) -> str:
    """Read every piece of evidence; each statement must be the one that its record makes."""
    read = [_signed(reading, entry.name) for entry in reading.listed(Role.EVIDENCE)]
    read += [
        ReadEvidence(file=entry.name, evidence=reading.record(entry.name, reading.reader.evidence), signed=False)
        for entry in reading.listed(Role.UNVERIFIED)
    ]
    for item in read:
        expected = f"evidence/{item.evidence.id}.dsse.json" if item.signed else f"unverified/{item.evidence.id}.json"
        if item.file != expected:
            raise VerificationError(f"{item.file} holds evidence {item.evidence.id}", where=item.file)
    reading.evidence = tuple(sorted(read, key=lambda item: item.evidence.id))
    return f"{len(read)} pieces"


def check_evidence_set(reading: Reading) -> str:
    """Compare the evidence with what the decision and its inputs name."""
    decision, inputs = got(reading.decision), got(reading.inputs)
    here = {(digest_of(item.evidence), item.signed) for item in reading.evidence}
    considered = {(ref.digest, ref.verified) for ref in inputs.evidence}
    held = [
        HeldEvidence(evidence=item.evidence, digest=digest_of(item.evidence), verified=item.signed)
        for item in reading.evidence
    ]
    if here != considered or evidence_set_digest(held) != decision.evidence_set:
        raise VerificationError(
            "the evidence here is not what the decision considered",
            where=_DECISION,
            details=tuple(f"{digest} was considered and is not here" for digest, _ in sorted(considered - here))
            + tuple(f"{digest} is here and was not considered" for digest, _ in sorted(here - considered)),
        )
    return f"{len(here)} digests"


def check_subjects(reading: Reading) -> str:
    """Check that evidence which counted is about this release's components as they are."""
    release, decision = got(reading.release), got(reading.decision)
    components = set(component_digests(release).items())
    by_id = {item.evidence.id: item for item in reading.evidence}
    used = {u.id: u for r in decision.results for u in r.evidence if u.validity is Validity.VALID}
    for key in sorted(used):
        item = by_id.get(key)
        if item is None or digest_of(item.evidence) != used[key].digest:
            raise VerificationError(f"the decision counts evidence {key}, which is not here", where=_DECISION)
        foreign = [
            s.name
            for s in item.evidence.subjects
            if (s.kind == "component" and (s.name, s.digest) not in components)
            or (s.kind == "release" and s.digest != release.digest)
        ]
        if foreign or not item.signed:
            about = f"is about {foreign[0]} of another release" if foreign else "is not signed"
            raise VerificationError(f"evidence {key} was counted and {about}", where=item.file)
    return f"{len(used)} pieces of evidence counted"


def check_tasks(reading: Reading) -> str:
    """Compare each task with the digest that the decision was made on."""
    refs = got(reading.inputs).tasks
    for ref in refs:
        name = f"tasks/{ref.id}.json"
        if digest_of(strict_json(reading.file(name), where=name)) != ref.digest:
            raise VerificationError(f"task {ref.id} is not the one that was decided on", where=name)
    return f"{len(refs)} tasks"


def check_journals(reading: Reading) -> str:
    """Follow each run's evidence to its redacted journal, and back to the digest of the original."""
    listed = {entry.name: entry for entry in reading.listed(Role.JOURNAL)}
    count = 0
    for item in reading.evidence:
        result = item.evidence.result
        if result is None:
            continue
        name = f"journals/{result.run}.jsonl"
        content = reading.file(name)
        entry = listed.get(name)
        if entry is None or entry.original != result.journal_digest:
            raise VerificationError(f"{name} is not the journal that evidence {item.evidence.id} names", where=name)
        if item.signed and item.redacted_journal != digest_of_bytes(content):
            raise VerificationError(f"{name} is not the journal that {item.file} states", where=name)
        count += 1
    return f"{count} journals, redacted"


def check_logged(reading: Reading) -> str:
    """Look the decision and every piece of evidence up in the log."""
    logged = {entry.digest for entry in reading.log}
    wanted = {f"decision {got(reading.decision).id}": digest_of(got(reading.decision))}
    wanted |= {f"evidence {item.evidence.id}": digest_of(item.evidence) for item in reading.evidence}
    absent = sorted(name for name, digest in wanted.items() if digest not in logged)
    if absent:
        raise VerificationError(f"{absent[0]} is not in the log", where="log.jsonl", details=tuple(absent[1:]))
    return f"{len(wanted)} records"


def check_summaries(reading: Reading) -> str:
    """Compare each outside summary with the one that the decision makes."""
    made = summaries(got(reading.decision), files=reading.files)
    listed = {entry.name for entry in reading.listed(Role.SUMMARY)}
    if listed != set(made):
        stray = sorted(listed ^ set(made))[0]
        raise VerificationError(f"{stray} does not belong to a verdict like this", where=stray)
    for name, statement in made.items():
        if reading.statement(name).content != statement.content:
            raise VerificationError(f"{name} does not say what the decision says", where=name)
    return ", ".join(sorted(made))


def check_claims(reading: Reading) -> str:
    """Look up every evidence id and digest that the system card cites."""
    name = "system-card.json"
    here = {(item.evidence.id, digest_of(item.evidence)) for item in reading.evidence}
    cited = set(_citations(strict_json(reading.file(name), where=name)))
    stray = sorted(cited - here)
    if stray:
        raise VerificationError(f"the card cites evidence {stray[0][0]}, which is not here as cited", where=name)
    return f"{len(cited)} cited"


def check_replay(reading: Reading) -> str:
    """Take the decision again and compare."""
    if reading.replay is None:
        raise NotChecked("no gate was given to decide again with")
    stored = got(reading.decision)
    sealed = Sealed(
        decision=stored,
        release=got(reading.release),
        policy=got(reading.policy),
        inputs=got(reading.inputs),
        evidence=tuple(item.evidence for item in reading.evidence),
        assessment=reading.assessment,
    )
    found = differences(stored, reading.replay(sealed))
    if found:
        raise VerificationError(f"decided again, {found[0]}", where=_DECISION, details=found[1:])
    return f"{len(stored.results)} rules"


def _signed(reading: Reading, name: str) -> ReadEvidence:
    statement = reading.statement(name)
    evidence = reading.value(statement.predicate.get("evidence"), reading.reader.evidence, where=name)
    redacted = _named_digest(statement, "journal", "redacted")
    made = statement_of_evidence(
        evidence, redacted_journal=redacted, harness=_named_digest(statement, "harness", "digest")
    )
    if made.content != statement.content:
        raise VerificationError(f"{name} does not say what its record says", where=name)
    return ReadEvidence(file=name, evidence=evidence, signed=True, redacted_journal=redacted)


def _named_digest(statement: Statement, part: str, field: str) -> str | None:
    value = statement.predicate.get(part)
    found = value.get(field) if isinstance(value, dict) else None
    return found if isinstance(found, str) else None


def _citations(value: JsonValue) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        evidence, digest = value.get("evidence"), value.get("digest")
        if isinstance(evidence, str) and isinstance(digest, str):
            yield evidence, digest
        for item in value.values():
            yield from _citations(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _citations(item)
