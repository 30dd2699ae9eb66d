"""SSH keys: what we sign OpenSSH accepts, what it signs we accept, and nothing else."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from roadworthy.adapters.keys.public import parse_key
from roadworthy.adapters.keys.signers import CommandSigner, SshAgentSigner, SshKeySigner
from roadworthy.adapters.keys.ssh_public import SK_ED25519, SshVerifier
from roadworthy.adapters.keys.ssh_wire import WireError, WireReader, mpint, string
from roadworthy.adapters.keys.sshsig import SshSignature, armoured, pack, to_be_signed, unarmoured, unpack
from roadworthy.core.errors import ConfigError

needs_ssh = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
SECRET = "correct horse battery"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("ssh")
    for name, passphrase in (("open", ""), ("closed", SECRET)):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "ada", "-f", str(made / name)]
        subprocess.run(command, check=True, timeout=60)
    return made


@needs_ssh
def test_openssh_verifies_what_we_sign_from_the_file_alone(folder: Path, tmp_path: Path) -> None:
    signer = SshKeySigner.read(folder / "open")
    (tmp_path / "sig").write_text(armoured(signer.sign(b"release 1").sig))
    (tmp_path / "allowed").write_bytes(b"ada " + signer.public_pem)
    command = ["ssh-keygen", "-Y", "verify", "-n", "roadworthy", "-I", "ada", "-f", str(tmp_path / "allowed")]
    command += ["-s", str(tmp_path / "sig")]

    good = subprocess.run(command, input=b"release 1", capture_output=True, timeout=60, check=False)
    bad = subprocess.run(command, input=b"release 2", capture_output=True, timeout=60, check=False)

    assert b"Good" in good.stdout
    assert bad.returncode != 0


@needs_ssh
def test_a_signature_that_openssh_made_for_something_else_does_not_hold(folder: Path) -> None:
    key = parse_key((folder / "open.pub").read_bytes(), where="key")

    def signed_for(namespace: str) -> bytes:
        command = ["ssh-keygen", "-Y", "sign", "-n", namespace, "-f", str(folder / "open")]
        done = subprocess.run(command, input=b"text", capture_output=True, timeout=60, check=True)
        lines = done.stdout.decode("ascii")
        return unarmoured(lines)

    assert key.holds(b"text", signed_for("roadworthy"))
    assert not key.holds(b"text", signed_for("git"))


@needs_ssh
def test_the_key_id_is_the_fingerprint_that_openssh_shows(folder: Path) -> None:
    key = parse_key((folder / "open.pub").read_bytes(), where="key")
    shown = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(folder / "open.pub")], capture_output=True, timeout=60, check=True
    ).stdout.decode()

    import base64

    assert base64.b64encode(bytes.fromhex(key.key_id)).decode().rstrip("=") in shown


@needs_ssh
def test_a_key_with_a_passphrase_is_left_to_the_program_and_not_shown(folder: Path) -> None:
    with pytest.raises(ConfigError, match="without a passphrase") as caught:
        SshKeySigner.read(folder / "closed")

    assert SECRET not in str(caught.value)
    assert "PRIVATE KEY" not in str(caught.value)


@needs_ssh
def test_a_private_key_that_others_may_read_is_not_used(folder: Path, tmp_path: Path) -> None:
    loose = tmp_path / "loose"
    loose.write_bytes((folder / "open").read_bytes())
    loose.with_name("loose.pub").write_bytes((folder / "open.pub").read_bytes())
    loose.chmod(0o644)

    for signer in (SshKeySigner, SshAgentSigner):
        with pytest.raises(ConfigError, match="others may use the signing key"):
            signer.read(loose)


def hardware_key() -> tuple[Ed25519PrivateKey, bytes]:
    key = Ed25519PrivateKey.generate()
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return key, string(SK_ED25519) + string(raw) + string(b"ssh:")


def hardware_signature(key: Ed25519PrivateKey, wire: bytes, content: bytes, *, flags: int) -> bytes:
    tail = bytes([flags]) + (7).to_bytes(4, "big")
    message = hashlib.sha256(b"ssh:").digest() + tail + hashlib.sha256(to_be_signed(content)).digest()
    signature = string(SK_ED25519) + string(key.sign(message)) + tail
    return pack(SshSignature(public=wire, hash_name=b"sha512", signature=signature))


def test_a_hardware_key_holds_what_somebody_touched_it_for() -> None:
    key, wire = hardware_key()
    verifier = SshVerifier(wire)

    assert verifier.holds(b"text", hardware_signature(key, wire, b"text", flags=0x01))
    assert not verifier.holds(b"text", hardware_signature(key, wire, b"text", flags=0x00))
    assert not verifier.holds(b"other", hardware_signature(key, wire, b"text", flags=0x01))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(b"", "not a public key in PEM and not one line", id="empty"),
        pytest.param(b"ssh-ed25519", "not a public key in PEM and not one line", id="no key"),
        pytest.param(b"ssh-ed25519 !!!!", "not an OpenSSH public key", id="not base64"),
        pytest.param(b"ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIA==", "not an OpenSSH public key", id="another kind"),
        pytest.param(b"ssh-dss AAAAB3NzaC1kc3MAAAAA", "not an OpenSSH public key", id="a kind that is not checked"),
        pytest.param(b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "not a public key", id="torn PEM"),
        pytest.param(b"-----BEGIN OPENSSH PRIVATE KEY-----\nabc", "a private key stands where", id="a private key"),
        pytest.param(b"x" * 20_000, "larger than any key", id="huge"),
    ],
)
def test_what_is_no_public_key_is_refused_and_not_repeated(content: bytes, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem) as caught:
        parse_key(content, where="people[0].keys[0].public")

    assert "AAAA" not in str(caught.value)
    assert "people[0].keys[0].public" in str(caught.value)


def test_a_short_rsa_key_is_refused() -> None:
    import base64

    wire = string(b"ssh-rsa") + mpint(65537) + mpint((1 << 1023) + 1)

    with pytest.raises(ConfigError, match="not an OpenSSH public key"):
        parse_key(b"ssh-rsa " + base64.b64encode(wire), where="key")


@pytest.mark.parametrize(
    "torn",
    [b"", b"SSHSIG", b"SSHSIG\x00\x00\x00\x02", b"XSHSIG\x00\x00\x00\x01", b"SSHSIG\x00\x00\x00\x01\xff\xff\xff\xff"],
)
def test_a_torn_signature_is_no_signature(torn: bytes) -> None:
    with pytest.raises(WireError):
        unpack(torn)


def test_a_number_that_is_not_in_its_shortest_form_is_refused() -> None:
    with pytest.raises(WireError, match="shortest form"):
        WireReader(string(b"\x00\x01")).mpint()


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        pytest.param("no-such-program-here", "no such program", id="absent"),
        pytest.param("", "no such program", id="empty"),
        pytest.param("'unclosed", "cannot be read", id="no command"),
    ],
)
def test_a_command_that_is_none_is_refused(command: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        CommandSigner(command, public=b"")


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        pytest.param("false", "failed with exit code 1", id="fails"),
        pytest.param("true", "wrote 0 bytes", id="writes nothing"),
        pytest.param("cat", "not made with the expected key", id="writes something else"),
    ],
)
def test_what_a_command_writes_counts_only_where_the_public_key_holds_it(command: str, problem: str) -> None:
    public = Ed25519PrivateKey.generate().public_key()
    signer = CommandSigner(command, public=public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    with pytest.raises(ConfigError, match=problem):
        signer.sign(b"content")
