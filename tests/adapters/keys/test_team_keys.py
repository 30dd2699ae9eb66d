"""The team's key is exchanged for a new one: what the old one signed goes on counting, or not, as it should."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fakes.small_system import write_system
from roadworthy.adapters.keys import team_keys
from roadworthy.core.errors import ConfigError, ConflictError, VerificationError
from roadworthy.core.evidence import Assurance, Declaration, Evidence, Origin, Producer
from roadworthy.core.subject import Subject
from roadworthy.evidence.dsse import encode
from roadworthy.evidence.keyring import KEY_TRANSITION, KeyTransition, statement_of_transition
from roadworthy.evidence.statement import sign_statement
from roadworthy.governance.model import RevocationReason
from roadworthy.runtime.gating import sign_evidence, signature_held, signature_holds
from roadworthy.runtime.log import verify_log, write_checkpoint
from roadworthy.runtime.trust.rotating import keys_of, rotate
from roadworthy.runtime.workspace import Workspace

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


class Ticking:
    """A clock that goes on by a minute each time it is looked at."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at


CLOCK = Ticking()


def opened(root: Path) -> Workspace:
    return Workspace(root=root, clock=CLOCK, environ={"ROADWORTHY_ACTOR": "ada"})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_system(tmp_path / "desk")


def attested(workspace: Workspace, id: str) -> str:
    now = workspace.clock.now()
    evidence = Evidence(
        id=id,
        type="review:x",
        origin=Origin.HUMAN_DECLARED,
        assurance=Assurance.SELF_ATTESTED,
        subjects=(Subject(kind="component", name="system", digest="sha256:" + "1" * 64),),
        producer=Producer(name="roadworthy-attest", version="1"),
        observed_at=now,
        recorded_at=now,
        declaration=Declaration(statement="seen", author="ada", document_digest=None, supports=True),
    )
    sign_evidence(workspace, evidence)
    return id


def counts(root: Path, id: str) -> bool:
    workspace = opened(root)
    return signature_holds(workspace.evidence.get(id), workspace.keyring)


def test_what_a_key_signed_before_it_was_retired_goes_on_counting(root: Path) -> None:
    first = opened(root)
    attested(first, "ev_old")
    rotate(first)
    attested(opened(root), "ev_new")

    assert counts(root, "ev_old")
    assert counts(root, "ev_new")
    assert opened(root).signer.key_id != first.signer.key_id
    assert verify_log(opened(root)) == 3
    assert [row.is_current for row in keys_of(opened(root))] == [True, False]


def test_what_a_retired_key_signs_afterwards_does_not_count(root: Path) -> None:
    kept = opened(root)
    attested(kept, "ev_old")
    rotate(opened(root))

    attested(kept, "ev_late")

    assert not counts(root, "ev_late")
    with pytest.raises(VerificationError, match="ev_late carries no signature"):
        verify_log(opened(root))


def test_keys_are_exchanged_several_times(root: Path) -> None:
    for number in range(3):
        attested(opened(root), f"ev_{number}")
        rotate(opened(root))

    assert all(counts(root, f"ev_{number}") for number in range(3))
    assert len(keys_of(opened(root))) == 4


def test_nothing_of_a_stolen_key_counts_but_the_log_is_whole(root: Path) -> None:
    attested(opened(root), "ev_old")
    rotate(opened(root), reason=RevocationReason.COMPROMISED)

    workspace = opened(root)
    assert not counts(root, "ev_old")
    assert signature_held(workspace.evidence.get("ev_old"), workspace.keyring)
    assert verify_log(workspace) == 2


def test_what_was_recorded_before_a_key_was_stolen_counts(root: Path) -> None:
    attested(opened(root), "ev_before")
    stolen_at = CLOCK.now()
    attested(opened(root), "ev_after")
    rotate(opened(root), reason=RevocationReason.COMPROMISED, void_from=stolen_at)

    assert counts(root, "ev_before")
    assert not counts(root, "ev_after")


@pytest.mark.parametrize(
    ("reason", "void_from", "problem"),
    [
        (RevocationReason.COMPROMISED, NOW + timedelta(days=900), "in the future"),
        (RevocationReason.LEFT, NOW - timedelta(days=1), "goes with a compromised key"),
    ],
)
def test_a_time_that_makes_no_sense_is_refused(
    root: Path, reason: RevocationReason, void_from: datetime, problem: str
) -> None:
    before = opened(root).signer.key_id

    with pytest.raises(ConfigError, match=problem):
        rotate(opened(root), reason=reason, void_from=void_from)

    assert opened(root).signer.key_id == before


def transition_of(workspace: Workspace, new: object) -> KeyTransition:
    signer = workspace.signer
    return KeyTransition(
        id=workspace.ids.new("key"),
        old=signer.key_id,
        old_public=signer.public_pem.decode(),
        new=new.key_id,  # type: ignore[attr-defined]
        new_public=new.public_pem.decode(),  # type: ignore[attr-defined]
        reason=RevocationReason.SUPERSEDED,
        at=workspace.clock.now(),
    )


@pytest.mark.parametrize("killed_after", ["next key", "record", "public key"])
def test_an_exchange_that_was_killed_leaves_the_old_or_the_new_key_working(root: Path, killed_after: str) -> None:
    workspace = opened(root)
    attested(workspace, "ev_old")
    old, folder = workspace.signer, workspace.state / "keys"
    new = team_keys.prepare_next(folder)
    if killed_after != "next key":
        transition = transition_of(workspace, new)
        envelope = encode(sign_statement(statement_of_transition(transition), signer=old))
        workspace.key_transitions.add(transition, envelopes={KEY_TRANSITION: envelope})
    if killed_after == "public key":
        (folder / "signing-key.pub.pem").write_bytes(new.public_pem)

    after = opened(root)
    assert after.signer.key_id == (old.key_id if killed_after == "next key" else new.key_id)
    attested(after, "ev_new")
    assert counts(root, "ev_old")
    assert counts(root, "ev_new")
    rotate(opened(root))
    assert counts(root, "ev_new")
    assert verify_log(opened(root)) >= 3


def test_of_two_who_exchange_a_key_at_once_one_is_told_so(root: Path) -> None:
    slow = opened(root)
    assert slow.signer.key_id
    assert slow.keyring.retired == ()
    rotate(opened(root))

    with pytest.raises(ConflictError):
        rotate(slow)

    attested(opened(root), "ev_new")
    assert counts(root, "ev_new")


def test_a_transition_that_the_old_key_did_not_sign_stops_everything(root: Path, tmp_path: Path) -> None:
    workspace = opened(root)
    mine = workspace.signer
    from roadworthy.adapters.signing import FileSigner

    other = FileSigner.open(tmp_path / "other")
    forged = KeyTransition(
        id="key_forged",
        old=other.key_id,
        old_public=other.public_pem.decode(),
        new=mine.key_id,
        new_public=mine.public_pem.decode(),
        reason=RevocationReason.SUPERSEDED,
        at=NOW,
    )
    envelope = encode(sign_statement(statement_of_transition(forged), signer=mine))
    workspace.key_transitions.add(forged, envelopes={KEY_TRANSITION: envelope})

    with pytest.raises(VerificationError, match="names key"):
        _ = opened(root).keyring.current


def test_checkpoints_of_a_retired_key_go_on_showing_what_was_cut_off(root: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    attested(opened(root), "ev_old")
    write_checkpoint(opened(root), kept)
    rotate(opened(root))
    write_checkpoint(opened(root), kept)

    assert [path.name for path in sorted(kept.iterdir())] == [
        "checkpoint-0000000001.dsse.json",
        "checkpoint-0000000002.dsse.json",
    ]
    assert verify_log(opened(root), [kept]) == 2
    (tmp_path / "copy").mkdir()
    fresh = write_system(tmp_path / "copy" / "desk")
    keys = opened(fresh).state / "keys"
    opened(fresh).prepare_state()
    keys.mkdir(mode=0o700, exist_ok=True)
    for name in ("signing-key.pem", "signing-key.pub.pem"):
        (keys / name).write_bytes((opened(root).state / "keys" / name).read_bytes())
        (keys / name).chmod(0o600)
    with pytest.raises(VerificationError):
        verify_log(opened(fresh), [kept])


def test_a_checkpoint_of_a_stolen_key_says_nothing(root: Path, tmp_path: Path) -> None:
    attested(opened(root), "ev_old")
    out = write_checkpoint(opened(root), tmp_path / "one.dsse.json")
    rotate(opened(root), reason=RevocationReason.COMPROMISED)

    with pytest.raises(VerificationError, match="not one of ours that counts"):
        verify_log(opened(root), out)


def test_a_folder_without_a_checkpoint_is_no_proof(root: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(ConfigError, match="holds no checkpoint"):
        verify_log(opened(root), [tmp_path / "empty"])
