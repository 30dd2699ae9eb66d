"""The script in docs/ shares no code with the program, and says of every pack what the program says."""

from __future__ import annotations

import ast
import base64
import importlib.util
import io
import json
import random
import re
import shutil
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from fakes.governed_system import write_governed_system
from fakes.packed_system import pack_of
from roadworthy.adapters.clock import SystemClock
from roadworthy.adapters.record_reader import StrictRecordReader
from roadworthy.adapters.signing import FileSigner
from roadworthy.cli.main import run
from roadworthy.core.digest import canonical_json, digest_of, digest_of_bytes
from roadworthy.evidence.archive import read_archive, write_archive
from roadworthy.evidence.chain import GENESIS, Checkpoint, sign_checkpoint
from roadworthy.evidence.dsse import IN_TOTO, encode, seal
from roadworthy.evidence.index import INDEX, INDEX_TYPE
from roadworthy.evidence.pack import summaries
from roadworthy.evidence.statement import statement_of_decision
from roadworthy.runtime.verifying import verify_pack
from roadworthy.runtime.workspace import Workspace

SCRIPT = Path(__file__).parents[2] / "docs" / "verify_pack.py"
AT = datetime(2030, 1, 1, tzinfo=UTC)
Files = dict[str, bytes]
Changes = Callable[["Pack", random.Random], Iterator[bytes]]
Forgery = Callable[[Any, Any, Any], None]


class Pack:
    """A pack of a real system, and both answers to any change of it."""

    def __init__(self, root: Path, *, workspace: Workspace) -> None:
        self.signer: FileSigner = workspace.signer
        self.key = workspace.state / "keys" / "signing-key.pub.pem"
        self.content = pack_of(workspace).read_bytes()
        self.files = read_archive(self.content)
        self.second = _script()
        self.place = root / "other.rwpack.zip"

    def ours(self, content: bytes) -> bool:
        self.place.write_bytes(content)
        return verify_pack(self.place, key=self.key, at=AT, checkpoint=None).intact

    def theirs(self, content: bytes) -> bool:
        self.place.write_bytes(content)
        try:
            self.second.verify(self.place, self.key)
        except Exception:  # noqa: BLE001 - as the script itself does
            return False
        return True

    def resealed(self, files: Files, *, decision: str | None = None) -> bytes:
        """What the holder of the key could do: change files and sign a fitting index."""
        index = json.loads(base64.b64decode(json.loads(files[INDEX])["payload"]))
        index["decision"] = decision or index["decision"]
        index["files"] = [
            {**entry, "digest": digest_of_bytes(files[entry["name"]]), "size": len(files[entry["name"]])}
            for entry in index["files"]
            if entry["name"] in files
        ]
        made = encode(seal(canonical_json(index), payload_type=INDEX_TYPE, signer=self.signer))
        return write_archive({**files, INDEX: made})


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_pack", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A system with people, of whose two evaluations one was run."""
    place = tmp_path_factory.mktemp("evaluated")
    root = write_governed_system(place / "desk", keys=place / "keys")
    _do(root, "ada", "assess")
    _do(root, "ada", "eval", "run", "refusals")
    return place


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory, evaluated: Path) -> Pack:
    """A pack of a release on an exception, both of which people approved with keys in PEM."""
    place = tmp_path_factory.mktemp("second") / "copy"
    shutil.copytree(evaluated, place)
    root, expires = place / "desk", (SystemClock().now() + timedelta(days=10)).date().isoformat()
    why = ("--reason-code", "not_yet_feasible", "--justification", "next week", "--expires", expires)
    _do(root, "ada", "exception", "request", "desk/answers-right", *why, "--compensate", "desk/refusals-hold")
    found = Workspace(root=root).exceptions.all()[0].record.id
    _do(root, "ben", "exception", "approve", found, "--role", "ai_owner", "--key", str(place / "keys" / "ben.pem"))
    return _approved(place, "--key", place / "keys" / "cleo.pem")


@pytest.fixture(scope="module")
def by_ssh(tmp_path_factory: pytest.TempPathFactory, evaluated: Path) -> Pack:
    """A pack of a release that ships, approved by a person with a key of OpenSSH, after the team changed its key."""
    place = tmp_path_factory.mktemp("by-ssh") / "copy"
    shutil.copytree(evaluated, place)
    root = place / "desk"
    key = _ssh_key(root / "governance.yaml", place / "keys" / "cleo.pem")
    _do(root, "ada", "eval", "run")
    _do(root, "ada", "key", "rotate")
    return _approved(place, "--ssh-key", key)


def _approved(place: Path, how: str, key: Path) -> Pack:
    root = place / "desk"
    _do(root, "ada", "approval", "request")
    _do(root, "cleo", "approval", "approve", "echo-desk 1.0.0", "--role", "release_manager", how, str(key))
    _do(root, "ada", "gate")
    return Pack(place, workspace=Workspace(root=root))


def _do(root: Path, who: str, *command: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ROADWORTHY_ACTOR", who)
        assert run([*command, "--root", str(root)]) == 0, command


def test_the_script_is_short_and_needs_cryptography_and_the_standard_library_alone() -> None:
    text = SCRIPT.read_text()
    roots = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert len(text.splitlines()) <= 200
    assert roots - set(sys.stdlib_module_names) == {"cryptography"}


@pytest.mark.parametrize("which", ["pack", "by_ssh"])
def test_both_find_a_good_pack_intact(which: str, request: pytest.FixtureRequest) -> None:
    good: Pack = request.getfixturevalue(which)
    assert good.ours(good.content)
    assert good.theirs(good.content)


def test_it_runs_alone_and_says_what_it_did_not_check(pack: Pack) -> None:
    pack.place.write_bytes(pack.content)
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(pack.place), str(pack.key)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("INTACT  decision decision_")
    assert "Not checked: that the gate decides the same again" in done.stdout


def test_it_exits_1_and_names_what_is_broken(pack: Pack) -> None:
    pack.place.write_bytes(pack.resealed({n: c for n, c in pack.files.items() if not n.startswith("evidence/")}))
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(pack.place), str(pack.key)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith("BROKEN  ValueError: other evidence was considered")


def _flips(pack: Pack, chance: random.Random) -> Iterator[bytes]:
    """One bit in an unsealed file: a few places of every file, each in an archive that is otherwise canonical."""
    for name, content in pack.files.items():
        for _ in range(4):
            broken = bytearray(content)
            broken[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            yield write_archive({**pack.files, name: bytes(broken)})


def _moves(pack: Pack, chance: random.Random) -> Iterator[bytes]:
    """A file dropped, renamed, emptied, cut, doubled or exchanged with another."""
    names = list(pack.files)
    for number, (name, content) in enumerate(pack.files.items()):
        rest = {other: held for other, held in pack.files.items() if other != name}
        other = chance.choice([n for n in names if n != name])
        yield write_archive(rest)
        yield from (
            write_archive(files)
            for place, files in enumerate(
                (
                    {**rest, name + "x": content},
                    {**rest, name: b""},
                    {**rest, name: content[: len(content) // 2]},
                    {**pack.files, "extra/" + name: content},
                    {**pack.files, name: pack.files[other], other: content},
                )
            )
            if (place + number) % 2
        )


def _archives(pack: Pack, chance: random.Random) -> Iterator[bytes]:
    """The archive's own bytes: bits anywhere, headers and directory included, cuts and additions."""
    for _ in range(60):
        broken = bytearray(pack.content)
        broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        yield bytes(broken)
    tail = len(pack.content) - 60 * len(pack.files)
    for _ in range(60):
        broken = bytearray(pack.content)
        broken[chance.randrange(tail, len(broken))] ^= 1 << chance.randrange(8)
        yield bytes(broken)
    yield from (pack.content[:-1], pack.content + b"\0", b"\0" + pack.content, b"", b"PK\5\6" + bytes(18))


@pytest.mark.parametrize("changes", [_flips, _moves, _archives], ids=["flipped bits", "moved files", "the archive"])
def test_both_refuse_every_pack_that_was_tampered_with(pack: Pack, changes: Changes) -> None:
    tried = 0
    for number, content in enumerate(changes(pack, random.Random(20261121))):  # noqa: S311 - the same every time
        assert content != pack.content
        assert (pack.ours(content), pack.theirs(content)) == (False, False), number
        tried += 1
    assert tried >= 70


def test_both_refuse_a_pack_of_another_key(pack: Pack, tmp_path: Path) -> None:
    FileSigner.open(tmp_path / "keys")
    own = tmp_path / "keys" / "signing-key.pub.pem"

    pack.place.write_bytes(pack.content)

    assert not verify_pack(pack.place, key=own, at=AT, checkpoint=None).intact
    with pytest.raises(ValueError, match="names another key"):
        pack.second.verify(pack.place, own)


def _statement(pack: Pack, name: str) -> dict[str, Any]:
    return json.loads(base64.b64decode(json.loads(pack.files[name])["payload"]))


def _signed(pack: Pack, statement: object) -> bytes:
    return encode(seal(canonical_json(statement), payload_type=IN_TOTO, signer=pack.signer))


def _lies(pack: Pack) -> dict[str, Files]:
    """What the holder of the key could make the parts say."""
    evidence = next(name for name in pack.files if name.startswith("evidence/"))
    decision, item = _statement(pack, "decision.dsse.json"), _statement(pack, evidence)
    altered = json.loads(canonical_json(decision))
    altered["predicate"]["decision"]["summary"] = "all is well"
    other = json.loads(canonical_json(item))
    other["predicate"]["evidence"]["assurance"] = "independent"
    subject = json.loads(canonical_json(item))
    subject["subject"] = subject["subject"][:1]
    log = pack.files["log.jsonl"].splitlines(keepends=True)
    return {
        "another decision": {"decision.dsse.json": _signed(pack, altered)},
        "another record of evidence": {evidence: _signed(pack, other)},
        "fewer subjects": {evidence: _signed(pack, subject)},
        "another policy": {"policy.json": b"{}"},
        "another assessment": {"assessment.json": b"{}"},
        "another task": {next(n for n in pack.files if n.startswith("tasks/")): b"{}"},
        "another journal": {next(n for n in pack.files if n.startswith("journals/")): b"{}\n"},
        "a shorter log": {"log.jsonl": b"".join(log[:-1])},
        "a log in another order": {"log.jsonl": b"".join([log[1], log[0], *log[2:]])},
        "another release": {"release.json": pack.files["release.json"].replace(b'"1.0.0"', b'"1.0.1"')},
    }


def test_both_refuse_what_the_holder_of_the_key_makes_the_parts_say(pack: Pack) -> None:
    for what, files in _lies(pack).items():
        content = pack.resealed({**pack.files, **files})
        assert (pack.ours(content), pack.theirs(content)) == (False, False), what


def _ssh_key(governance: Path, private: Path) -> Path:
    """Give the person of ``private`` an OpenSSH key in its place, and return where it lies."""
    old = load_pem_private_key(private.read_bytes(), password=None)
    new = Ed25519PrivateKey.generate()
    path = private.with_suffix(".ssh")
    path.touch(mode=0o600)
    path.write_bytes(new.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    line = new.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    lines = governance.read_text().splitlines()
    pem = old.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode().splitlines()
    at = next(n for n, text in enumerate(lines) if text.strip() == pem[1]) - 1
    lines[at : at + 3] = [lines[at].replace("-----BEGIN PUBLIC KEY-----", line)]
    governance.write_text("\n".join(lines) + "\n")
    path.with_name(f"{path.name}.pub").write_text(line + "\n")
    return path


@pytest.mark.parametrize("which", ["pack", "by_ssh"])
def test_both_check_the_signatures_of_the_people_who_approved(which: str, request: pytest.FixtureRequest) -> None:
    approved: Pack = request.getfixturevalue(which)
    names = [name for name in approved.files if name.startswith("approvals/")]
    made = json.loads(approved.files[names[-1]])
    sig = bytearray(base64.b64decode(made["signatures"][0]["sig"]))
    sig[-1] ^= 1
    made["signatures"][0]["sig"] = base64.b64encode(bytes(sig)).decode()
    said = json.loads(base64.b64decode(made["payload"]))
    said["predicate"]["record"]["comment"] = "and everything else too"
    own = encode(seal(canonical_json(said), payload_type=IN_TOTO, signer=approved.signer))
    dropped = {other: content for other, content in approved.files.items() if other != names[-1]}
    for what, files in {
        "another signature": {**approved.files, names[-1]: canonical_json(made)},
        "signed by the team in their place": {**approved.files, names[-1]: own},
        "no signature": dropped,
    }.items():
        content = approved.resealed(files)
        assert (approved.ours(content), approved.theirs(content)) == (False, False), what


def _forged(pack: Pack, change: Forgery) -> bytes:
    """Return what the holder of the team's key could make: a decision, inputs and log that fit each other."""
    decision = _statement(pack, "decision.dsse.json")["predicate"]["decision"]
    before, inputs = digest_of(decision), json.loads(pack.files["gate-inputs.json"])
    entries = [json.loads(line) for line in pack.files["log.jsonl"].splitlines()]
    change(decision, inputs, entries)
    decision["governance"] = None if inputs["governance"] is None else digest_of(inputs["governance"])
    record, previous, after = StrictRecordReader().decision(decision), GENESIS, digest_of(decision)
    for entry in entries:
        entry.update(previous=previous, digest=after if entry["digest"] == before else entry["digest"])
        del entry["hash"]
        previous = entry["hash"] = digest_of(entry)
    made = {
        "gate-inputs.json": canonical_json(inputs),
        "log.jsonl": b"".join(canonical_json(entry) + b"\n" for entry in entries),
        "decision.dsse.json": _signed(pack, json.loads(statement_of_decision(record).content)),
        "checkpoint.dsse.json": encode(
            sign_checkpoint(Checkpoint(size=len(entries), head=previous, at=AT), signer=pack.signer)
        ),
    }
    files = {name: held for name, held in pack.files.items() if name not in ("vsa.dsse.json", "svr.dsse.json")} | made
    for name, statement in summaries(record, files=files).items():
        files[name] = _signed(pack, json.loads(statement.content))
    return pack.resealed(files, decision=after)


def _key_of(inputs: Any, who: str) -> Any:
    return next(person for person in inputs["governance"]["people"] if person["id"] == who)["keys"][0]


def _compromised(decision: Any, inputs: Any, entries: Any) -> None:
    _key_of(inputs, "cleo").update(revoked_at="2050-01-01T00:00:00Z", revoked_because="compromised")


def _expired(decision: Any, inputs: Any, entries: Any) -> None:
    _key_of(inputs, "ben").update(valid_until="2021-01-01T00:00:00Z")


def _left(decision: Any, inputs: Any, entries: Any) -> None:
    _key_of(inputs, "cleo").update(revoked_at="2022-01-01T00:00:00Z", revoked_because="left")


def _dated_back(decision: Any, inputs: Any, entries: Any) -> None:
    _expired(decision, inputs, entries)
    inputs["consents"]["approvals"][0]["signed"]["recorded_at"] = "2020-06-01T00:00:00Z"


def _of_another_release(decision: Any, inputs: Any, entries: Any) -> None:
    """The approval of the exception stands where the approval of the release stood."""
    [of_exception] = [one for one in inputs["consents"]["approvals"] if one["approval"]["kind"] == "exception"]
    decision["consent"]["approvers"] = [of_exception["approval"]["approver"]]
    inputs["consents"]["approvals"] = [of_exception]


def _loosened_after(decision: Any, inputs: Any, entries: Any) -> None:
    """People approved the release before it was known that a bar was loosened."""
    decision["results"][0]["bar_moved"] = True


def _nobody_asked(decision: Any, inputs: Any, entries: Any) -> None:
    decision["consent"].update(state="in_review", approvers=[])


def _consent_of_nobody(decision: Any, inputs: Any, entries: Any) -> None:
    decision["consent"]["approvers"] = []


def _waives_more(decision: Any, inputs: Any, entries: Any) -> None:
    decision["exceptions"][0]["waived"] = ["desk/answers-right", "desk/refusals-hold"]


def _unlogged_exception(decision: Any, inputs: Any, entries: Any) -> None:
    entry = next(one for one in entries if one["digest"] == inputs["exceptions"][0]["digest"])
    entry["digest"] = GENESIS


FORGERIES: tuple[Forgery, ...] = (
    _compromised, _expired, _left, _dated_back, _of_another_release, _loosened_after, _nobody_asked,
    _consent_of_nobody, _waives_more, _unlogged_exception,
)  # fmt: skip


def test_forging_nothing_makes_a_pack_that_both_find_intact(pack: Pack) -> None:
    content = _forged(pack, lambda decision, inputs, entries: None)
    assert (pack.ours(content), pack.theirs(content)) == (True, True)


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.__name__.strip("_"))
def test_both_refuse_consent_that_does_not_count_although_the_team_signed_that_it_does(
    pack: Pack, forgery: Forgery
) -> None:
    content = _forged(pack, forgery)
    assert (pack.ours(content), pack.theirs(content)) == (False, False)


def test_both_refuse_a_summary_that_passes_what_was_not_passed(pack: Pack) -> None:
    said = _statement(pack, "vsa.dsse.json")
    said["predicate"]["verificationResult"] = "FAILED"
    content = pack.resealed({**pack.files, "vsa.dsse.json": _signed(pack, said)})
    assert (pack.ours(content), pack.theirs(content)) == (False, False)


def _entry(name: str, **fields: Any) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    made.create_system, made.external_attr = 3, 0o100644 << 16
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def _zip(files: list[tuple[zipfile.ZipInfo, bytes]], *, comment: bytes = b"") -> bytes:
    with zipfile.ZipFile(out := io.BytesIO(), "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that is there twice
        for entry, content in files:
            archive.writestr(entry, content, compress_type=entry.compress_type)
        archive.comment = comment
    return out.getvalue()


def test_both_refuse_an_archive_that_unpacks_to_the_same_files_in_another_way(pack: Pack) -> None:
    plain = [(_entry(name), pack.files[name]) for name in sorted(pack.files, key=str.encode)]
    first, rest = plain[0], plain[1:]
    tricks = {
        "a comment": _zip(plain, comment=b"trust me"),
        "a file twice": _zip([first, *plain]),
        "another order": _zip(plain[::-1]),
        "an extra field": _zip([(_entry(first[0].filename, extra=b"\x99\x99\x02\x00ok"), first[1]), *rest]),
        "a link": _zip([(_entry(first[0].filename, external_attr=0o120777 << 16), first[1]), *rest]),
        "compressed": _zip([(_entry(first[0].filename, compress_type=zipfile.ZIP_DEFLATED), first[1]), *rest]),
        "a folder": _zip([(_entry("a/"), b""), *plain]),
        "another day": _zip([(_entry(first[0].filename, date_time=(2020, 1, 1, 0, 0, 0)), first[1]), *rest]),
    }
    assert _zip(plain) == pack.content
    for what, content in tricks.items():
        assert (pack.ours(content), pack.theirs(content)) == (False, False), what


def test_both_refuse_names_that_would_leave_the_folder_and_json_that_names_a_thing_twice(pack: Pack) -> None:
    index = json.loads(base64.b64decode(json.loads(pack.files[INDEX])["payload"]))
    stray = {"digest": digest_of_bytes(b"x"), "name": "../x", "original": None, "role": "document", "size": 1}
    index["files"] = [stray, *index["files"]]
    sealed = encode(seal(canonical_json(index), payload_type=INDEX_TYPE, signer=pack.signer))
    files = {"../x": b"x", **pack.files, INDEX: sealed}
    outside = _zip([(_entry(name), files[name]) for name in sorted(files, key=str.encode)])
    twice = pack.files["gate-inputs.json"].replace(b'{"assessment":', b'{"assessment":1,"assessment":', 1)
    odd = pack.files["assessment.json"].replace(b"{", b'{"a":NaN,', 1)

    for content in (
        outside,
        *(pack.resealed({**pack.files, n: c}) for n, c in (("gate-inputs.json", twice), ("assessment.json", odd))),
    ):
        assert (pack.ours(content), pack.theirs(content)) == (False, False)


def test_the_page_that_says_how_to_verify_with_other_tools_is_right(pack: Pack, tmp_path: Path) -> None:
    page = (SCRIPT.parent / "how-to" / "verify-without-roadworthy.md").read_text()
    [code] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "team.pub.pem").write_bytes(pack.key.read_bytes())
    good, bad = pack.files["decision.dsse.json"], json.loads(pack.files["decision.dsse.json"])
    bad["payload"] = base64.b64encode(base64.b64decode(bad["payload"]).replace(b'"conditions"', b'"ship"')).decode()

    for content, code_wanted in ((good, 0), (json.dumps(bad).encode(), 1)):
        (tmp_path / "decision.dsse.json").write_bytes(content)
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == code_wanted, done.stderr
