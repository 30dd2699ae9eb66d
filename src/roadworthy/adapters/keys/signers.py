"""What signs for a person: a key file, an SSH key, or a program that asks a key service."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_ssh_private_key

from roadworthy.adapters.keys.public import parse_key
from roadworthy.adapters.keys.ssh_public import ED25519, SshVerifier, parse_ssh_line
from roadworthy.adapters.keys.ssh_wire import WireError, string
from roadworthy.adapters.keys.sshsig import NAMESPACE, SshSignature, pack, to_be_signed, unarmoured
from roadworthy.adapters.signing import read_bounded, require_private
from roadworthy.core.errors import ConfigError
from roadworthy.evidence.ports import Signature, Verifier

TIMEOUT_S = 120.0
"""How long a program may take to sign: time enough to touch a key or to type a passphrase."""

_MAX_SIGNATURE_BYTES = 64 * 1024


class SshKeySigner:
    """Signs with an Ed25519 key in an OpenSSH file without a passphrase, and needs no program for it."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self._verifier = SshVerifier(string(ED25519) + string(public))
        self._wire = string(ED25519) + string(public)

    @classmethod
    def read(cls, path: Path) -> SshKeySigner:
        """Read the private key at ``path``.

        Raises:
            ConfigError: If it is readable by others, has a passphrase, or is no Ed25519 key.
        """
        require_private(path, wanted=0o600)
        fix = "load it into the agent with `ssh-add`, and give the public key: --ssh-key FILE.pub"
        try:
            key = load_ssh_private_key(_content(path), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            # The library's message may quote the file, so it is not repeated.
            raise ConfigError(
                "the file holds no OpenSSH private key without a passphrase", where=str(path), fix=fix
            ) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise ConfigError("the SSH key is not Ed25519", where=str(path), fix=fix)
        return cls(key)

    @property
    def key_id(self) -> str:
        """SHA-256 of the key in SSH wire form."""
        return self._verifier.key_id

    @property
    def public_pem(self) -> bytes:
        """The public key as one line of OpenSSH."""
        return self._key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH) + b"\n"

    def sign(self, content: bytes) -> Signature:
        """Return an SSH signature of ``content``."""
        raw = self._key.sign(to_be_signed(content))
        signature = SshSignature(public=self._wire, hash_name=b"sha512", signature=string(ED25519) + string(raw))
        return Signature(key_id=self.key_id, sig=pack(signature))

    def __repr__(self) -> str:
        return f"SshKeySigner({self.key_id[:16]}…)"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a signing key is not to be copied")


class SshAgentSigner:
    """Signs through ``ssh-keygen -Y sign``: with an agent, a passphrase that it asks for, or a hardware key.

    Args:
        path: A private key's file, or the public key's where the agent holds the private one.
        public: The public key's line.
    """

    def __init__(self, path: Path, *, public: bytes) -> None:
        self._path = path
        self._public = public.strip() + b"\n"
        self._verifier = parse_ssh_line(public, where=str(path), fix="give the file of an OpenSSH public key")

    @classmethod
    def read(cls, path: Path) -> SshAgentSigner:
        """Find the public key that goes with ``path``.

        Raises:
            ConfigError: If there is none beside it, or ``ssh-keygen`` is not installed.
        """
        public = path if path.suffix == ".pub" else path.with_name(path.name + ".pub")
        if shutil.which("ssh-keygen") is None:
            raise ConfigError("`ssh-keygen` is not installed", where="--ssh-key", fix="install OpenSSH 8.9 or later")
        if path.suffix != ".pub":
            require_private(path, wanted=0o600)
        return cls(path, public=_content(public))

    @property
    def key_id(self) -> str:
        """SHA-256 of the key in SSH wire form."""
        return self._verifier.key_id

    @property
    def public_pem(self) -> bytes:
        """The public key as one line of OpenSSH."""
        return self._public

    def sign(self, content: bytes) -> Signature:
        """Return an SSH signature of ``content``.

        Raises:
            ConfigError: If ``ssh-keygen`` does not sign, or signs with another key.
        """
        program = shutil.which("ssh-keygen") or "ssh-keygen"
        written = _run([program, "-Y", "sign", "-n", NAMESPACE, "-f", str(self._path)], content, where=str(self._path))
        try:
            sig = unarmoured(written.decode("ascii"))
        except (WireError, UnicodeDecodeError) as error:
            raise ConfigError("`ssh-keygen` wrote no signature", where=str(self._path), fix=_SSH_FIX) from error
        return _held(sig, content, verifier=self._verifier, where=str(self._path))

    def __repr__(self) -> str:
        return f"SshAgentSigner({self.key_id[:16]}…)"


class CommandSigner:
    """Signs by a program of the person's own: it gets the bytes on stdin and writes the signature to stdout.

    With it any key service that has a command line works. The key's kind says what is expected: a raw Ed25519
    signature, or ECDSA P-256 with SHA-256 in DER. What comes back is held against the public key at once.

    Args:
        command: The program and its arguments, as one writes them in a shell. No shell runs them.
        public: The public key, in PEM.
    """

    def __init__(self, command: str, *, public: bytes) -> None:
        try:
            self._argv = shlex.split(command)
        except ValueError as error:
            raise ConfigError(f"the command cannot be read: {error}", where="--signer", fix=_COMMAND_FIX) from error
        if not self._argv or shutil.which(self._argv[0]) is None:
            raise ConfigError("there is no such program to sign with", where="--signer", fix=_COMMAND_FIX)
        self._public = public
        self._verifier = parse_key(public, where="--signer")

    @property
    def key_id(self) -> str:
        """Fingerprint of the public key."""
        return self._verifier.key_id

    @property
    def public_pem(self) -> bytes:
        """The public key as PEM."""
        return self._public

    def sign(self, content: bytes) -> Signature:
        """Return what the program makes of ``content``.

        Raises:
            ConfigError: If it fails, takes too long, or makes a signature that the public key does not hold.
        """
        return _held(_run(self._argv, content, where="--signer"), content, verifier=self._verifier, where="--signer")

    def __repr__(self) -> str:
        return f"CommandSigner({self.key_id[:16]}…)"


_COMMAND_FIX = "write it like --signer 'command:./sign-with-kms.sh --key release'"
_SSH_FIX = "see that `ssh-add -l` lists the key, or that the hardware key is plugged in"


def _content(path: Path) -> bytes:
    try:
        return read_bounded(path)
    except OSError as error:
        raise ConfigError(f"the key cannot be read: {error.strerror}", where=str(path), fix="check the path") from error


def _run(argv: list[str], content: bytes, *, where: str) -> bytes:
    """Run a program without a shell. What it writes to stderr goes to the terminal, for it may ask something there."""
    try:
        done = subprocess.run(argv, input=content, stdout=subprocess.PIPE, timeout=TIMEOUT_S, check=False)  # noqa: S603 - argv comes from who signs, no shell
    except subprocess.TimeoutExpired as error:
        raise ConfigError(f"nothing was signed within {TIMEOUT_S:.0f} s", where=where, fix=_SSH_FIX) from error
    except OSError as error:
        raise ConfigError(f"the signing program cannot be run: {error.strerror}", where=where, fix=_SSH_FIX) from error
    if done.returncode != 0:
        raise ConfigError(f"the signing program failed with exit code {done.returncode}", where=where, fix=_SSH_FIX)
    if not 0 < len(done.stdout) <= _MAX_SIGNATURE_BYTES:
        raise ConfigError(f"the signing program wrote {len(done.stdout)} bytes", where=where, fix=_SSH_FIX)
    return done.stdout


def _held(sig: bytes, content: bytes, *, verifier: Verifier, where: str) -> Signature:
    if not verifier.holds(content, sig):
        raise ConfigError(
            "the signature was not made with the expected key",
            where=where,
            fix="sign with the key whose public half stands in governance.yaml",
        )
    return Signature(key_id=verifier.key_id, sig=sig)
