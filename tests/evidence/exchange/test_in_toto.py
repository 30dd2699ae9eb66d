"""What is signed, an implementation that knows nothing of Roadworthy reads and verifies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

from fakes.packed_system import pack_of
from roadworthy.evidence.archive import read_archive
from roadworthy.runtime.workspace import Workspace

OURS = "urn:roadworthy:predicate:gate-decision:v1"


@pytest.fixture(scope="module")
def files(desk: Workspace) -> dict[str, bytes]:
    return read_archive(pack_of(desk).read_bytes())


@pytest.fixture(scope="module")
def key(desk: Workspace) -> SSlibKey:
    public = load_pem_public_key((desk.state / "keys" / "signing-key.pub.pem").read_bytes())
    return SSlibKey.from_crypto(public, keyid=desk.signer.key_id)  # type: ignore[arg-type]  # Ed25519 is one of them


def envelopes(files: dict[str, bytes]) -> dict[str, Envelope]:
    return {name: Envelope.from_dict(json.loads(raw)) for name, raw in files.items() if name.endswith(".dsse.json")}


def statement(files: dict[str, bytes], name: str) -> Any:
    return json.loads(Envelope.from_dict(json.loads(files[name])).payload)


def test_every_envelope_of_a_pack_is_verified_by_securesystemslib(files: dict[str, bytes], key: SSlibKey) -> None:
    held = envelopes(files)

    assert {"index.dsse.json", "decision.dsse.json", "checkpoint.dsse.json", "vsa.dsse.json", "svr.dsse.json"} <= set(
        held
    )
    assert sum(name.startswith("evidence/") for name in held) == 2
    for name, envelope in held.items():
        assert envelope.verify([key], threshold=1) == {key.keyid: key}, name


def test_it_refuses_the_same_envelopes_with_another_payload_or_type(files: dict[str, bytes], key: SSlibKey) -> None:
    for envelope in envelopes(files).values():
        for other in (
            Envelope(envelope.payload + b" ", envelope.payload_type, envelope.signatures),
            Envelope(envelope.payload, "application/json", envelope.signatures),
        ):
            with pytest.raises(VerificationError):
                other.verify([key], threshold=1)


def test_every_statement_has_what_in_toto_asks_for(files: dict[str, bytes]) -> None:
    found = [name for name, e in envelopes(files).items() if e.payload_type == "application/vnd.in-toto+json"]

    assert len(found) == 5
    for name in found:
        said = statement(files, name)
        assert set(said) == {"_type", "subject", "predicateType", "predicate"}
        assert said["_type"] == "https://in-toto.io/Statement/v1"
        assert ":" in said["predicateType"]
        for subject in said["subject"]:
            assert subject["name"]
            assert len(bytes.fromhex(subject["digest"]["sha256"])) == 32


def test_the_verification_summary_has_the_fields_that_slsa_requires(files: dict[str, bytes]) -> None:
    said = statement(files, "vsa.dsse.json")
    predicate = said["predicate"]

    assert said["predicateType"] == "https://slsa.dev/verification_summary/v1"
    assert predicate["verifier"]["id"].startswith("urn:")
    assert predicate["timeVerified"].endswith("Z")
    assert predicate["resourceUri"].startswith("urn:")
    assert set(predicate["policy"]) == {"uri", "digest"}
    assert predicate["verificationResult"] in {"PASSED", "FAILED"}
    assert not any(level.startswith("SLSA_") for level in predicate["verifiedLevels"])
    assert all(set(one) == {"uri", "digest"} for one in predicate["inputAttestations"])
    assert {one["uri"] for one in predicate["inputAttestations"]} == {n for n in files if n.startswith("evidence/")}
    assert predicate[OURS]["verdict"] == "ship"


def test_the_simple_verification_result_has_the_fields_that_in_toto_requires(files: dict[str, bytes]) -> None:
    said = statement(files, "svr.dsse.json")
    predicate = said["predicate"]

    assert said["predicateType"] == "https://in-toto.io/attestation/svr/v0.2"
    assert predicate["verifier"]["id"].startswith("urn:")
    assert predicate["timeCreated"].endswith("Z")
    assert predicate["properties"]
    assert all(isinstance(one, str) for one in predicate["properties"])
    assert [set(one) for one in predicate["policies"]] == [{"uri", "digest"}]


def test_the_model_card_statement_is_one_too(desk: Workspace, key: SSlibKey, tmp_path: Path) -> None:
    from roadworthy.runtime.exchange.models import sign_model

    (tmp_path / "w.bin").write_bytes(b"w")
    (tmp_path / "README.md").write_text("# W\n")
    sign_model(desk, tmp_path, key=None, card=None)
    envelope = Envelope.from_dict(json.loads((tmp_path / "model-card.dsse.json").read_text()))
    said = json.loads(envelope.payload)

    assert envelope.verify([key], threshold=1) == {key.keyid: key}
    assert said["predicateType"] == "urn:roadworthy:predicate:model-card:v1"
    assert [one["name"] for one in said["subject"]] == [f"model:{tmp_path.name}", "card:README.md"]
