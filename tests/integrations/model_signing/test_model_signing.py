"""What is signed here the ``model-signing`` package verifies, and the other way round; what was changed both refuse."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from model_signing import hashing, signing, verifying

from roadworthy.core.errors import ConfigError, NotFoundError, VerificationError
from roadworthy.evidence.exchange.model_signature import SignedFiles, differences, payload_of, read_payload
from roadworthy.runtime.exchange.models import ModelSignature, sign_model, verify_model
from roadworthy.runtime.workspace import Workspace

Change = Callable[[Path], object]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "work").mkdir()
    return Workspace(root=tmp_path / "work")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny-model"
    (folder / "d-1").mkdir(parents=True)
    (folder / "d").mkdir()
    (folder / "weights.safetensors").write_bytes(b"weights")
    (folder / "d" / "a.json").write_bytes(b"{}")
    (folder / "d-1" / "b.json").write_bytes(b"[]")
    (folder / "README.md").write_text("# Tiny\n")
    (folder / ".gitattributes").write_text("* text\n")
    return folder


def key_pair(folder: Path, curve: ec.EllipticCurve) -> tuple[Path, Path]:
    key = ec.generate_private_key(curve)
    private, public = folder / "own.pem", folder / "own.pub.pem"
    private.touch(mode=0o600)
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public


def theirs(model: Path, public: Path, signature: Path) -> None:
    verifying.Config().use_elliptic_key_verifier(public_key=public).verify(model, signature)


def signed(workspace: Workspace, model: Path) -> tuple[ModelSignature, Path]:
    made = sign_model(workspace, model, key=None, card=None)
    assert made.key is not None
    return made, Path(made.key)


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()], ids=lambda curve: curve.name)
def test_both_sides_verify_what_was_signed_here(
    workspace: Workspace, model: Path, tmp_path: Path, curve: ec.EllipticCurve
) -> None:
    private, public = key_pair(tmp_path, curve)
    made = sign_model(workspace, model, key=private, card=None)

    theirs(model, public, Path(made.signature))
    assert verify_model(model, key=public, signature=None, card=None, card_key=None).root == made.root
    assert made.files == 4


def test_both_sides_verify_what_the_package_signed(model: Path, tmp_path: Path) -> None:
    private, public = key_pair(tmp_path, ec.SECP256R1())
    signature = model / "model.sig"
    config = hashing.Config().set_ignored_paths(paths=["model.sig"], ignore_git_paths=True)
    signing.Config().use_elliptic_key_signer(private_key=private).set_hashing_config(config).sign(model, signature)

    theirs(model, public, signature)
    found = verify_model(model, key=public, signature=None, card=None, card_key=None)
    assert found.files == 4
    assert ".gitignore" in found.not_covered
    assert found.not_checked == ("no statement binds a card to this model",)


def test_the_root_digest_is_the_one_that_the_package_computes(
    workspace: Workspace, model: Path, tmp_path: Path
) -> None:
    made, _ = signed(workspace, model)
    private, _ = key_pair(tmp_path, ec.SECP256R1())
    config = hashing.Config().set_ignored_paths(paths=["model.sig", "model-card.dsse.json"], ignore_git_paths=True)
    other = tmp_path / "theirs.sig"
    signing.Config().use_elliptic_key_signer(private_key=private).set_hashing_config(config).sign(model, other)
    payload = json.loads(__import__("base64").b64decode(json.loads(other.read_text())["dsseEnvelope"]["payload"]))

    assert payload["subject"][0]["digest"]["sha256"] == made.root.removeprefix("sha256:")


CHANGES: dict[str, tuple[Change, str]] = {
    "a changed file": (
        lambda m: (m / "weights.safetensors").write_bytes(b"Weights"),
        "weights.safetensors was changed",
    ),
    "an extra file": (lambda m: (m / "d" / "more.py").write_text("import os"), "d/more.py was added"),
    "an extra empty file": (lambda m: (m / "__init__.py").touch(), "__init__.py was added"),
    "a missing file": (lambda m: (m / "d" / "a.json").unlink(), "d/a.json is missing"),
    "a renamed file": (lambda m: (m / "d" / "a.json").rename(m / "d" / "c.json"), "d/a.json is missing"),
    "two files exchanged": (
        lambda m: ((m / "d" / "a.json").write_bytes(b"[]"), (m / "d-1" / "b.json").write_bytes(b"{}")),
        "d/a.json was changed",
    ),
    "a link for a file": (
        lambda m: ((m / "d" / "a.json").unlink(), (m / "d" / "a.json").symlink_to("/etc/hostname")),
        "neither a file nor a folder",
    ),
}


@pytest.mark.parametrize("name", list(CHANGES))
def test_both_sides_refuse_what_was_changed(workspace: Workspace, model: Path, name: str) -> None:
    made, public = signed(workspace, model)
    change, said = CHANGES[name]
    change(model)

    with pytest.raises((VerificationError, ConfigError), match=said):
        verify_model(model, key=public, signature=None, card=None, card_key=None)
    with pytest.raises(ValueError, match=r"mismatch|symlink|Cannot use"):
        theirs(model, public, Path(made.signature))


def test_every_bit_of_the_signed_statement_matters(workspace: Workspace, model: Path) -> None:
    made, public = signed(workspace, model)
    bundle = json.loads(Path(made.signature).read_text())
    payload = bundle["dsseEnvelope"]["payload"]
    for place in range(0, len(payload), 37):
        other = "A" if payload[place] != "A" else "B"
        bundle["dsseEnvelope"]["payload"] = payload[:place] + other + payload[place + 1 :]
        Path(made.signature).write_text(json.dumps(bundle))
        with pytest.raises(VerificationError, match=r"signature does not hold|not base64"):
            verify_model(model, key=public, signature=None, card=None, card_key=None)


def test_the_card_is_bound_and_another_one_is_refused(workspace: Workspace, model: Path, tmp_path: Path) -> None:
    card = tmp_path / "CARD.md"
    card.write_text("# Tiny\n")
    made = sign_model(workspace, model, key=None, card=card)
    public, ours = Path(made.key or ""), workspace.state / "keys" / "signing-key.pub.pem"

    assert verify_model(model, key=public, signature=None, card=card, card_key=ours).card == "CARD.md"
    assert "give --card-key" in verify_model(model, key=public, signature=None, card=card, card_key=None).not_checked[0]
    card.write_text("# Tiny, and better than it was\n")
    with pytest.raises(VerificationError, match="not the card that was bound"):
        verify_model(model, key=public, signature=None, card=card, card_key=ours)


def test_a_card_of_other_files_is_refused(workspace: Workspace, model: Path) -> None:
    made, public = signed(workspace, model)
    old = (model / "model-card.dsse.json").read_bytes()
    (model / "weights.safetensors").write_bytes(b"others")
    made, public = signed(workspace, model)
    (model / "model-card.dsse.json").write_bytes(old)
    ours = workspace.state / "keys" / "signing-key.pub.pem"

    theirs(model, public, Path(made.signature))
    with pytest.raises(VerificationError, match="bound to other files"):
        verify_model(model, key=public, signature=None, card=None, card_key=ours)


def test_a_model_that_is_one_file_is_signed_beside_it(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "model.onnx"
    file.write_bytes(b"graph")
    made, public = signed(workspace, file)

    theirs(file, public, Path(made.signature))
    assert verify_model(file, key=public, signature=None, card=None, card_key=None).files == 1
    file.write_bytes(b"other")
    with pytest.raises(VerificationError, match="was changed"):
        verify_model(file, key=public, signature=None, card=None, card_key=None)


def test_another_key_a_private_one_and_an_open_one_are_refused(
    workspace: Workspace, model: Path, tmp_path: Path
) -> None:
    signed(workspace, model)
    private, public = key_pair(tmp_path, ec.SECP256R1())

    with pytest.raises(VerificationError, match="another key"):
        verify_model(model, key=public, signature=None, card=None, card_key=None)
    with pytest.raises(ConfigError, match="private key"):
        verify_model(model, key=private, signature=None, card=None, card_key=None)
    private.chmod(0o644)
    with pytest.raises(ConfigError, match="others may read the key"):
        sign_model(workspace, model, key=private, card=None)


def test_a_key_on_a_curve_that_the_format_does_not_know_is_refused(
    workspace: Workspace, model: Path, tmp_path: Path
) -> None:
    private, _ = key_pair(tmp_path, ec.SECP256K1())

    with pytest.raises(ConfigError, match="on no curve"):
        sign_model(workspace, model, key=private, card=None)


def test_the_key_that_is_made_is_closed_to_others_and_kept(workspace: Workspace, model: Path) -> None:
    _, public = signed(workspace, model)
    first = public.read_bytes()
    _, again = signed(workspace, model)
    private = workspace.state / "keys" / "model-signing-key.pem"

    assert again.read_bytes() == first
    assert os.stat(private).st_mode & 0o777 == 0o600


def test_an_empty_folder_and_a_missing_one_cannot_be_signed(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match="nothing to sign"):
        sign_model(workspace, tmp_path / "empty", key=None, card=None)
    with pytest.raises(NotFoundError, match="there is no model"):
        sign_model(workspace, tmp_path / "none", key=None, card=None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: p["predicate"]["serialization"].update(method="shards"), "signed by 'shards'"),
        (lambda p: p["predicate"]["serialization"].update(hash_type="blake3"), "cannot be checked here"),
        (lambda p: p["predicate"]["serialization"].update(ignore_paths=["."]), "not inside the model"),
        (lambda p: p["predicate"]["serialization"].update(ignore_paths=["../x"]), "not inside the model"),
        (lambda p: p["predicate"]["resources"].append(p["predicate"]["resources"][0]), "names a file twice"),
        (lambda p: p["predicate"]["resources"][0].update(name="/etc/passwd"), "unsafely"),
        (lambda p: p["predicate"].update(resources=[]), "root digest"),
        (lambda p: p["subject"][0]["digest"].update(sha256="0" * 64), "root digest"),
        (lambda p: p.update(predicateType="https://model_signing/Digests/v0.1"), "not one about a model's files"),
    ],
)
def test_a_statement_that_could_mean_two_things_is_refused(change: Callable[[dict], object], message: str) -> None:
    payload = json.loads(payload_of(SignedFiles(name="m", hash_type="sha256", files={"a": "0" * 64, "b": "1" * 64})))
    change(payload)

    with pytest.raises(VerificationError, match=message):
        read_payload(json.dumps(payload).encode(), where="m.sig")


names = st.lists(st.sampled_from("ab.-"), min_size=1, max_size=3).map("".join).filter(lambda n: n not in {".", ".."})
folders = st.dictionaries(
    st.lists(names, min_size=1, max_size=3).map("/".join), st.text("01", min_size=64, max_size=64), min_size=1
)


@given(folders, folders)
def test_files_differ_exactly_where_name_or_digest_differ(before: dict[str, str], after: dict[str, str]) -> None:
    made = SignedFiles(name="m", hash_type="sha256", files=before, ignored=("model.sig",))

    assert read_payload(payload_of(made), where="m.sig") == made
    assert (differences(made, {**after, "model.sig": "0"}) == ()) == (before == after)
