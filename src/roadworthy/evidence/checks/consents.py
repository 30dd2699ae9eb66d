"""Whether people said what the decision was made on: their own signatures, by keys that the governance file names."""

from __future__ import annotations

from datetime import datetime

from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.errors import RoadworthyError, VerificationError
from roadworthy.evidence.checks.reading import NotChecked, Reading, got
from roadworthy.evidence.consent import key_that_signed, signer_of, statement_of_consent
from roadworthy.evidence.index import Role
from roadworthy.evidence.ports import KeyReader, Verifier
from roadworthy.evidence.said import Word, words_of
from roadworthy.governance.model import Governance

_INPUTS = "gate-inputs.json"


def check_people(reading: Reading) -> str:
    """Check what people said: each signature, whose key it is, and when the log took it in."""
    inputs, decision = got(reading.inputs), got(reading.decision)
    named = None if inputs.governance is None else digest_of(inputs.governance)
    if named != decision.governance:
        raise VerificationError("the governance here is not what the decision was made on", where=_INPUTS)
    words = tuple(words_of(inputs.consents))
    files = {entry.name for entry in reading.listed(Role.CONSENT)}
    stray = sorted(files - {word.file for word in words})
    if stray:
        raise VerificationError(f"{stray[0]} is nothing that the decision was made on", where=stray[0])
    _require_logged(reading)
    if words and inputs.governance is not None:
        _require_signed(words, reading=reading, governance=inputs.governance)
    return f"{sum(word.signed.holds for word in words)} signed by people"


def _require_signed(words: tuple[Word, ...], *, reading: Reading, governance: Governance) -> None:
    if reading.keys is None:
        raise NotChecked("no reader of people's keys was given")
    times = _times(reading)
    for word in words:
        if digest_of(word.record) != word.digest:
            raise VerificationError(f"{word.record.id} is not what its digest says", where=_INPUTS)
        if times.get(word.digest) != word.signed.recorded_at:
            raise VerificationError(
                f"the log took {word.record.id} in at another time than the decision says", where="log.jsonl"
            )
        key = _key(word, reading=reading, keys=reading.keys, governance=governance)
        if (key is not None) != word.signed.holds or key != word.signed.key:
            raise VerificationError(
                f"{word.record.id} is not signed as the decision says, by key {word.signed.key} of "
                f"{signer_of(word.record)}",
                where=word.file,
            )


def _key(word: Word, *, reading: Reading, keys: KeyReader, governance: Governance) -> str | None:
    """Return the id of the key of the right person that signed a word; None where none did."""
    envelope = reading.files.get(word.file)
    if envelope is None:
        return None
    predicate = statement_of_consent(word.record).predicate_type
    name = signer_of(word.record)
    person = next((person for person in governance.people if person.id == name), None)
    verifiers: dict[str, Verifier] = {}
    for key in () if person is None else person.keys:
        try:
            verifiers[key.id] = keys(key.public)
        except RoadworthyError as error:
            raise VerificationError(f"key {key.id} of {name} cannot be read", where=_INPUTS) from error
    return key_that_signed(word.record, envelopes={predicate: envelope}, verifiers=verifiers)


def _require_logged(reading: Reading) -> None:
    """Look up in the log everything that people did and that bears on the decision."""
    inputs = got(reading.inputs)
    logged = {entry.digest for entry in reading.log}
    wanted = {request.id: digest_of(request) for request in inputs.consents.requests}
    wanted |= {word.record.id: word.digest for word in words_of(inputs.consents)}
    wanted |= {held.exception.id: held.digest for held in inputs.exceptions}
    wanted |= {held.end.id: digest_of(held.end) for held in inputs.exceptions if held.end is not None}
    wanted |= {recall.id: digest_of(recall) for recall in inputs.recalls}
    absent = sorted(name for name, digest in wanted.items() if digest not in logged)
    if absent:
        raise VerificationError(f"{absent[0]} is not in the log", where="log.jsonl", details=tuple(absent[1:]))
    changed = sorted(h.exception.id for h in inputs.exceptions if digest_of(h.exception) != h.digest)
    if changed:
        raise VerificationError(f"exception {changed[0]} is not what its digest says", where=_INPUTS)


def _times(reading: Reading) -> dict[Digest, datetime]:
    """Return when the log took each record in; time only goes forward, whatever a clock said."""
    times: dict[Digest, datetime] = {}
    latest: datetime | None = None
    for entry in reading.log:
        latest = entry.recorded_at if latest is None else max(latest, entry.recorded_at)
        times.setdefault(entry.digest, latest)
    return times
