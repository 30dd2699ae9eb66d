"""A pack holds together, and one changed byte anywhere is found and named."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from roadworthy.adapters.signing import FileSigner
from roadworthy.core.digest import canonical_json, digest_of, digest_of_bytes
from roadworthy.core.errors import EvidenceError
from roadworthy.evidence.archive import read_archive, write_archive
from roadworthy.evidence.chain import checkpoint_of
from roadworthy.evidence.dsse import encode, seal
from roadworthy.evidence.index import INDEX, INDEX_TYPE
from roadworthy.evidence.pack import build_pack, suggested_name
from roadworthy.evidence.statement import sign_statement, statement_of_decision
from roadworthy.evidence.verification import CheckStatus, Force, Verification
from roadworthy.evidence.verify import verify
from roadworthy.gates.model import Verdict

if TYPE_CHECKING:
    World = Any
    Verify = Callable[..., Verification]


@pytest.fixture
def check(signer: FileSigner, reader: Any, now: datetime) -> Verify:
    return partial(verify, verifier=signer.verifier, reader=reader, at=now)


def failed(result: Verification) -> list[str]:
    return [c.name for c in result.checks if c.status is CheckStatus.FAILED]


def test_a_pack_is_verified_from_its_bytes_and_a_key_alone(
    shipped: World, signer: FileSigner, check: Verify, replay: Any
) -> None:
    result = check(build_pack(shipped.contents, signer=signer), replay=replay)

    assert result.intact
    assert [c.status for c in result.checks] == [CheckStatus.OK] * len(result.checks)
    assert (result.verdict, result.force) == (Verdict.SHIP, Force.IN_FORCE)
    assert result.may_be_relied_on


def test_a_blocked_release_has_a_pack_as_good_as_any_other(world: World, signer: FileSigner, check: Verify) -> None:
    pack = build_pack(world.contents, signer=signer)

    result = check(pack)

    assert result.intact
    assert result.verdict is Verdict.BLOCKED
    assert "svr.dsse.json" not in read_archive(pack)


def test_an_unpacked_folder_is_verified_like_the_archive(small_pack: bytes, check: Verify) -> None:
    assert check(read_archive(small_pack)).intact


def test_the_same_contents_make_the_same_pack(small: World, small_pack: bytes, signer: FileSigner) -> None:
    assert build_pack(small.contents, signer=signer) == small_pack


def test_no_text_of_a_journal_is_in_a_pack(world: World, signer: FileSigner) -> None:
    for content in read_archive(build_pack(world.contents, signer=signer)).values():
        assert b"SECRET" not in content
        assert base64.b64encode(b"SECRET")[:7] not in content


def test_every_byte_of_every_file_matters(small_pack: bytes, check: Verify) -> None:
    """Each byte of small files, and many offsets of large ones, flipped in an unpacked folder."""
    files = read_archive(small_pack)
    flips = 0
    for name, content in files.items():
        step = max(1, len(content) // 60)
        for offset in {*range(0, len(content), step), len(content) - 1}:
            broken = bytearray(content)
            broken[offset] ^= 1 << (offset % 8)
            result = check({**files, name: bytes(broken)})
            first = result.first_failure
            assert first is not None, (name, offset)
            assert name in first.detail + first.where, (name, offset, first)
            flips += 1
    assert flips > len(files) * 40


def test_every_byte_of_the_archive_matters(small_pack: bytes, check: Verify) -> None:
    names = list(read_archive(small_pack))
    unnamed = 0
    for offset in range(0, len(small_pack), 7):
        broken = bytearray(small_pack)
        broken[offset] ^= 1 << (offset % 8)
        first = check(bytes(broken)).first_failure
        assert first is not None, offset
        assert first.name == "archive"
        unnamed += not any(name in first.detail for name in names)
    assert unnamed <= 22, "only the end record belongs to no file"


def test_a_pack_of_another_key_is_refused_though_its_own_key_is_inside(
    small: World, check: Verify, tmp_path: Path
) -> None:
    forged = build_pack(small.contents, signer=FileSigner.open(tmp_path / "k"))

    result = check(forged)

    assert failed(result) == ["index"]
    assert "names key" in (result.first_failure.detail if result.first_failure else "")
    assert not result.may_be_relied_on


def test_a_missing_and_an_extra_file_are_named(small_pack: bytes, check: Verify) -> None:
    files = read_archive(small_pack)
    report = files.pop("report.html")

    missing = check(files).first_failure
    extra = check({**files, "report.html": report, "notes.txt": b""}).first_failure

    assert missing is not None
    assert missing.detail == "report.html is missing"
    assert extra is not None
    assert extra.detail == "notes.txt is not in the index"


@pytest.mark.parametrize(
    ("shift", "force"),
    [
        pytest.param(timedelta(seconds=-1), Force.NOT_YET, id="just before the decision"),
        pytest.param(timedelta(0), Force.IN_FORCE, id="at the decision"),
        pytest.param(timedelta(days=3650), Force.EXPIRED, id="years later"),
    ],
)
def test_an_intact_pack_is_in_force_only_for_its_time(
    small_pack: bytes, check: Verify, now: datetime, shift: timedelta, force: Force
) -> None:
    result = check(small_pack, at=now + shift)

    assert result.intact
    assert result.force is force


def test_it_expires_at_the_very_second(small: World, small_pack: bytes, check: Verify) -> None:
    end = small.decision.valid_until

    assert check(small_pack, at=end - timedelta(microseconds=1)).force is Force.IN_FORCE
    assert check(small_pack, at=end).force is Force.EXPIRED


def test_without_a_gate_the_replay_is_not_checked_and_not_passed(small_pack: bytes, check: Verify) -> None:
    by_name = {c.name: c for c in check(small_pack).checks}

    assert by_name["replay"].status is CheckStatus.NOT_CHECKED


def test_a_gate_that_decides_otherwise_is_a_failure_that_names_the_difference(
    small_pack: bytes, check: Verify, replay: Any
) -> None:
    result = check(small_pack, replay=lambda sealed: replace(replay(sealed), verdict=Verdict.BLOCKED))

    assert failed(result) == ["replay"]
    assert "verdict" in (result.first_failure.detail if result.first_failure else "")


def test_a_log_that_was_built_anew_fails_against_a_kept_checkpoint(
    small: World, small_pack: bytes, check: Verify, new_log: Any, now: datetime
) -> None:
    kept = checkpoint_of(small.log[:2], at=now)
    other = checkpoint_of(new_log([("release", digest_of("x")), ("release", digest_of("y"))]), at=now)
    longer = checkpoint_of((*small.log, *small.log), at=now)

    assert check(small_pack, known_checkpoint=kept).intact
    assert failed(check(small_pack, known_checkpoint=other)) == ["checkpoint"]
    assert failed(check(small_pack, known_checkpoint=longer)) == ["checkpoint"]


def resealed(files: dict[str, bytes], signer: FileSigner) -> dict[str, bytes]:
    """What the holder of the key could do: change files and sign a fitting index."""
    made = dict(files)
    index = json.loads(base64.b64decode(json.loads(files[INDEX])["payload"]))
    for entry in index["files"]:
        content = made[entry["name"]]
        entry["digest"] = digest_of_bytes(content)
        entry["size"] = len(content)
    made[INDEX] = encode(seal(canonical_json(index), payload_type=INDEX_TYPE, signer=signer))
    return made


def lie(small: World, signer: FileSigner, files: dict[str, bytes], name: str) -> dict[str, bytes]:
    """Return the pack with one part exchanged and everything signed again."""
    other = {
        "policy.json": canonical_json({**json.loads(files["policy.json"]), "tier": "minimal"}),
        "assessment.json": b'{"tier":"minimal"}',
        "tasks/quality-core.json": b'{"scorers":{},"task":{}}',
        "release.json": files["release.json"].replace(b"2026.11.3", b"2026.11.4"),
        "system-card.json": b'{"claims":[{"digest":"sha256:0","evidence":"evd_x","text":"t"}]}',
        "decision.dsse.json": encode(
            sign_statement(statement_of_decision(replace(small.decision, summary="all is well")), signer=signer)
        ),
        "vsa.dsse.json": files["svr.dsse.json"],
        "log.jsonl": b"".join(files["log.jsonl"].splitlines(keepends=True)[:-1]),
        f"journals/{small.evidence[0].result.run}.jsonl": b"{}\n",
    }[name]
    made = {**files, name: other}
    return resealed(made, signer)


@pytest.mark.parametrize(
    "part",
    [
        ("policy.json", "inputs"),
        ("assessment.json", "inputs"),
        ("tasks/quality-core.json", "tasks"),
        ("release.json", "release"),
        ("system-card.json", "claims"),
        ("decision.dsse.json", "decision"),
        ("vsa.dsse.json", "summaries"),
        ("log.jsonl", "checkpoint"),
        ("journals", "journals"),
    ],
)
def test_the_holder_of_the_key_cannot_make_the_parts_disagree(
    small: World, small_pack: bytes, signer: FileSigner, check: Verify, part: tuple[str, str]
) -> None:
    name, check_name = part
    name = f"journals/{small.evidence[0].result.run}.jsonl" if name == "journals" else name

    result = check(lie(small, signer, read_archive(small_pack), name))

    first = result.first_failure
    assert first is not None
    assert first.name == check_name
    assert name.split(".")[0].split("/")[0][:3] in first.detail + first.where


def test_evidence_whose_signature_did_not_hold_goes_in_unsigned(
    new_world: Any, signer: FileSigner, check: Verify, replay: Any
) -> None:
    world = new_world(unverified=frozenset({1}))
    pack = build_pack(world.contents, signer=signer)

    assert f"unverified/{world.evidence[1].id}.json" in read_archive(pack)
    assert check(pack, replay=replay).intact


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(lambda w: {"log": w.log[:-1]}, "decision .* is not in the log", id="an unlogged decision"),
        pytest.param(lambda w: {"log": w.log[:1]}, "evidence .* is not in the log", id="unlogged evidence"),
        pytest.param(lambda _: {"journals": {}}, "journal of run .* is not there", id="no journal"),
        pytest.param(
            lambda w: {"journals": {run: raw + raw for run, raw in w.journals.items()}},
            "is not the one that evidence",
            id="another journal",
        ),
        pytest.param(lambda _: {"evidence": ()}, "was considered and is not there", id="no evidence"),
        pytest.param(lambda _: {"assessment": {}}, "the assessment has digest", id="another assessment"),
        pytest.param(lambda _: {"tasks": {}}, "task .* is not there", id="no task"),
        pytest.param(lambda w: {"policy": replace(w.policy, packs=())}, "the policy has digest", id="another policy"),
    ],
)
def test_a_pack_whose_parts_do_not_belong_together_is_not_made(
    small: World, signer: FileSigner, change: Any, message: str
) -> None:
    with pytest.raises(EvidenceError, match=message):
        build_pack(replace(small.contents, **change(small)), signer=signer)


def test_an_archive_that_was_packed_anew_is_refused_and_its_folder_is_not(small_pack: bytes, check: Verify) -> None:
    files = read_archive(small_pack)

    assert write_archive(files) == small_pack
    assert failed(check(small_pack + b"\x00")) == ["archive"]


def test_the_suggested_name_is_a_plain_file_name(small: World) -> None:
    odd = replace(small.decision, version="../2026 11")

    assert suggested_name(odd) == "support-desk-..-2026-11-2026-11-20.rwpack.zip"
