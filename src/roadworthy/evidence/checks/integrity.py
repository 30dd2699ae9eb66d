"""Whether the bytes are those that were signed: archive, index, digests, log."""

from __future__ import annotations

from roadworthy.core.digest import digest_of_bytes
from roadworthy.core.errors import VerificationError
from roadworthy.evidence.archive import MAX_ARCHIVE_BYTES, MAX_FILES, name_problem, read_archive
from roadworthy.evidence.chain import check, check_against, decode_log, open_checkpoint
from roadworthy.evidence.checks.reading import Reading, got
from roadworthy.evidence.dsse import open_envelope
from roadworthy.evidence.index import INDEX, INDEX_TYPE, parse_index

_LOG, _CHECKPOINT = "log.jsonl", "checkpoint.dsse.json"


def read_files(reading: Reading) -> str:
    """Read the archive, or take the files of a folder."""
    if isinstance(reading.source, bytes):
        reading.files = read_archive(reading.source)
        return f"{len(reading.files)} files"
    size = sum(len(content) for content in reading.source.values())
    if len(reading.source) > MAX_FILES or size > MAX_ARCHIVE_BYTES:
        raise VerificationError("the folder is larger than any pack", where="folder")
    unsafe = next((name for name in reading.source if name_problem(name)), None)
    if unsafe is not None:
        raise VerificationError(f"the file name {unsafe!r} {name_problem(unsafe)}", where=repr(unsafe))
    reading.files = reading.source
    return f"an unpacked folder of {len(reading.files)} files"


def read_index(reading: Reading) -> str:
    """Open the index with the given key."""
    payload = open_envelope(reading.file(INDEX), payload_type=INDEX_TYPE, verifier=reading.verifier, where=INDEX)
    index = parse_index(payload)
    if index.key_id != reading.verifier.key_id:
        raise VerificationError("the index names another key than the one that signed it", where=INDEX)
    reading.index = index
    return f"key {index.key_id[:16]}…, {len(index.files)} files"


def check_names(reading: Reading) -> str:
    """Compare the names that the index lists with those that are there."""
    named = {entry.name for entry in got(reading.index).files} | {INDEX}
    missing = sorted(named - set(reading.files))
    extra = sorted(set(reading.files) - named)
    problems = [f"{name} is missing" for name in missing]
    problems += [f"{name} is not in the index" for name in extra]
    if problems:
        raise VerificationError(problems[0], where=(missing + extra)[0], details=tuple(problems[1:]))
    return f"{len(named)} files"


def check_digests(reading: Reading) -> str:
    """Compare each file's size and digest with the index."""
    wrong = [
        entry.name
        for entry in got(reading.index).files
        if entry.name in reading.files
        and (len(reading.files[entry.name]) != entry.size or digest_of_bytes(reading.files[entry.name]) != entry.digest)
    ]
    if wrong:
        problems = [f"{name} was changed: its digest is not the one that the index names" for name in wrong]
        raise VerificationError(problems[0], where=wrong[0], details=tuple(problems[1:]))
    return f"{len(got(reading.index).files)} digests"


def read_log(reading: Reading) -> str:
    """Read the log and check the chain."""
    entries = decode_log(reading.file(_LOG), where=_LOG)
    check(entries)
    reading.log = entries
    return f"{len(entries)} entries"


def check_log(reading: Reading) -> str:
    """Check the log's end against the signed checkpoint, and its past against one that the reader kept."""
    checkpoint = open_checkpoint(reading.file(_CHECKPOINT), verifier=reading.verifier, where=_CHECKPOINT)
    check_against(reading.log, checkpoint)
    if len(reading.log) != checkpoint.size:
        raise VerificationError(
            f"the log goes on after the checkpoint: {len(reading.log)} entries, {checkpoint.size} signed",
            where=_LOG,
        )
    if reading.known_checkpoint is None:
        return f"{checkpoint.size} entries; not compared with an earlier checkpoint, none was given"
    check_against(reading.log, reading.known_checkpoint)
    return f"{checkpoint.size} entries; goes on from the earlier checkpoint at {reading.known_checkpoint.size}"
