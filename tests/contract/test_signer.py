"""Every `Signer` and the `Verifier` of its public key."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.adapters.keys.public import parse_key
from roadworthy.adapters.keys.signers import CommandSigner, SshAgentSigner, SshKeySigner
from roadworthy.adapters.signing import FileSigner, make_pair
from roadworthy.evidence.dsse import encode, open_envelope, pae, seal
from roadworthy.evidence.ports import Signer, Verifier

_SIGN_P256 = """
import sys
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
key = load_pem_private_key(open(sys.argv[1], "rb").read(), password=None)
sys.stdout.buffer.write(key.sign(sys.stdin.buffer.read(), ECDSA(SHA256())))
"""
_NEEDS_SSH = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
_NEEDS_OPENSSL = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


def ssh_key(folder: Path, kind: str) -> Path:
    path = folder / kind
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(path)], check=True, timeout=60)
    return path


def team_key(folder: Path) -> Signer:
    return FileSigner.open(folder / "k")


def own_key(folder: Path) -> Signer:
    make_pair(folder / "own.pem")
    return FileSigner.read(folder / "own.pem")


def ssh_file(folder: Path) -> Signer:
    return SshKeySigner.read(ssh_key(folder, "ed25519"))


def ssh_program(kind: str) -> Callable[[Path], Signer]:
    return lambda folder: SshAgentSigner.read(ssh_key(folder, kind))


def script(folder: Path) -> Signer:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    key = generate_private_key(SECP256R1())
    pem = folder / "p256.pem"
    pem.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "sign.py").write_text(_SIGN_P256)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return CommandSigner(f"{sys.executable} {folder / 'sign.py'} {pem}", public=public)


def openssl(folder: Path) -> Signer:
    pem, public = folder / "openssl.pem", folder / "openssl.pub"
    make = ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", str(pem)]
    subprocess.run(make, check=True, capture_output=True, timeout=60)
    subprocess.run(["openssl", "pkey", "-in", str(pem), "-pubout", "-out", str(public)], check=True, timeout=60)
    return CommandSigner(f"openssl dgst -sha256 -sign {pem}", public=public.read_bytes())


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(team_key, id="team-key"),
        pytest.param(own_key, id="own-key"),
        pytest.param(ssh_file, id="ssh-file", marks=_NEEDS_SSH),
        pytest.param(ssh_program("ed25519"), id="ssh-keygen-ed25519", marks=_NEEDS_SSH),
        pytest.param(ssh_program("ecdsa"), id="ssh-keygen-ecdsa", marks=_NEEDS_SSH),
        pytest.param(ssh_program("rsa"), id="ssh-keygen-rsa", marks=_NEEDS_SSH),
        pytest.param(script, id="command"),
        pytest.param(openssl, id="openssl", marks=_NEEDS_OPENSSL),
    ],
)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Signer, Verifier]:
    signer: Signer = request.param(tmp_path_factory.mktemp("keys"))
    return signer, parse_key(signer.public_pem, where="public key")


@pytest.fixture(scope="module")
def made(pair: tuple[Signer, Verifier]) -> bytes:
    return pair[0].sign(b"content").sig


@settings(max_examples=3)
@given(content=st.binary(max_size=200))
def test_the_public_key_holds_what_the_signer_signed(pair: tuple[Signer, Verifier], content: bytes) -> None:
    signer, verifier = pair

    signature = signer.sign(content)

    assert verifier.holds(content, signature.sig)
    assert signature.key_id == signer.key_id == verifier.key_id
    assert len(signer.key_id) == 64


@settings(max_examples=50)
@given(where=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_signature_with_one_flipped_bit_does_not_hold(
    pair: tuple[Signer, Verifier], made: bytes, where: int, bit: int
) -> None:
    sig = bytearray(made)

    sig[where % len(sig)] ^= 1 << bit

    assert not pair[1].holds(b"content", bytes(sig))


@settings(max_examples=15)
@given(more=st.binary(min_size=1, max_size=4))
def test_a_signature_with_something_after_it_does_not_hold(
    pair: tuple[Signer, Verifier], made: bytes, more: bytes
) -> None:
    assert not pair[1].holds(b"content", made + more)
    assert not pair[1].holds(b"content", more + made)
    assert not pair[1].holds(b"content" + more, made)


@pytest.mark.parametrize("sig", [b"", b"x", bytes(64), bytes(65)], ids=["empty", "short", "zeros", "long"])
def test_what_is_no_signature_does_not_hold_and_does_not_raise(pair: tuple[Signer, Verifier], sig: bytes) -> None:
    assert not pair[1].holds(b"content", sig)


@settings(max_examples=30)
@given(sig=st.binary(max_size=300))
def test_no_bytes_make_a_verifier_raise(pair: tuple[Signer, Verifier], made: bytes, sig: bytes) -> None:
    assert not pair[1].holds(b"content", sig)
    assert not pair[1].holds(b"content", made[: len(sig) % len(made)] + sig)


def test_a_signature_of_another_key_does_not_hold(pair: tuple[Signer, Verifier], tmp_path: Path) -> None:
    other = FileSigner.open(tmp_path / "other")

    assert other.key_id != pair[0].key_id
    assert not pair[1].holds(b"content", other.sign(b"content").sig)


def test_an_envelope_opens_with_the_key_that_sealed_it(pair: tuple[Signer, Verifier]) -> None:
    sealed = encode(seal(b"payload", payload_type="text/plain", signer=pair[0]))

    assert open_envelope(sealed, payload_type="text/plain", verifier=pair[1], where="f") == b"payload"
    assert pair[1].holds(pae("text/plain", b"payload"), pair[0].sign(pae("text/plain", b"payload")).sig)


def test_a_signer_shows_nothing_of_its_key(pair: tuple[Signer, Verifier]) -> None:
    assert "PRIVATE" not in repr(pair[0])
    assert pair[0].key_id[:16] in repr(pair[0])
    assert pair[1].key_id[:16] in repr(pair[1])
