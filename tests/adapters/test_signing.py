from __future__ import annotations

import copy
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from roadworthy.adapters.signing import (
    PRIVATE_NAME,
    PUBLIC_NAME,
    FileSigner,
    load_public_key,
    parse_public_key,
)
from roadworthy.core.errors import ConfigError, StoreError


def test_a_key_is_made_on_first_use_and_found_on_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "keys"

    first = FileSigner.open(folder)
    second = FileSigner.open(folder)

    assert first.key_id == second.key_id
    assert load_public_key(folder / PUBLIC_NAME).key_id == first.key_id
    assert load_public_key(folder / PUBLIC_NAME).holds(b"x", second.sign(b"x").sig)


def test_only_the_owner_may_read_the_private_key(tmp_path: Path) -> None:
    folder = tmp_path / "keys"

    FileSigner.open(folder)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / PRIVATE_NAME).stat().st_mode) == 0o600
    assert sorted(p.name for p in folder.iterdir()) == sorted([PRIVATE_NAME, PUBLIC_NAME])


def test_many_first_uses_at_once_end_up_with_one_key(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    with ThreadPoolExecutor(5) as pool:
        ids = {signer.key_id for signer in pool.map(FileSigner.open, [folder] * 5)}

    assert len(ids) == 1


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_refused_with_the_command_that_mends_it(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "keys"
    FileSigner.open(folder)
    (folder / PRIVATE_NAME).chmod(mode)

    with pytest.raises(ConfigError, match=f"has mode {mode:04o}") as caught:
        FileSigner.open(folder)
    assert "chmod 600" in caught.value.fix


def test_a_folder_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    folder.chmod(0o755)

    with pytest.raises(ConfigError, match="mode 0755") as caught:
        FileSigner.open(folder)
    assert "chmod 700" in caught.value.fix


def _pem(key: object) -> bytes:
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "no unencrypted private key", id="empty"),
        pytest.param(b"hunter2 is not a key", "no unencrypted private key", id="text"),
        pytest.param(b"\xff" * 40_000, "larger than any key", id="huge"),
        pytest.param(_pem(ec.generate_private_key(ec.SECP256R1())), "not Ed25519", id="another curve"),
    ],
)
def test_a_file_that_is_no_ed25519_key_is_refused_without_showing_it(
    tmp_path: Path, content: bytes, message: str
) -> None:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    path = folder / PRIVATE_NAME
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(ConfigError, match=message) as caught:
        FileSigner.open(folder)
    assert "hunter2" not in str(caught.value)


def test_a_private_key_that_is_gone_is_not_replaced_behind_its_public_key(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    FileSigner.open(folder)
    public = (folder / PUBLIC_NAME).read_bytes()
    (folder / PRIVATE_NAME).unlink()

    with pytest.raises(ConfigError, match="the private key is gone, its public key is still here") as caught:
        FileSigner.open(folder)

    assert str(folder / PUBLIC_NAME) in caught.value.fix
    assert [p.name for p in folder.iterdir()] == [PUBLIC_NAME]
    assert (folder / PUBLIC_NAME).read_bytes() == public
    (folder / PUBLIC_NAME).rename(tmp_path / "old.pem")
    assert FileSigner.open(folder).key_id != load_public_key(tmp_path / "old.pem").key_id


def test_a_public_key_that_is_gone_is_written_anew(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first = FileSigner.open(folder)
    (folder / PUBLIC_NAME).unlink()

    assert FileSigner.open(folder).key_id == first.key_id
    assert load_public_key(folder / PUBLIC_NAME).key_id == first.key_id


@pytest.mark.parametrize(
    ("other", "message"),
    [(True, "does not belong to the private key"), (False, "holds no public key in PEM")],
    ids=["another key", "no key"],
)
def test_a_pair_that_does_not_match_is_refused(tmp_path: Path, other: bool, message: str) -> None:
    folder = tmp_path / "keys"
    FileSigner.open(folder)
    FileSigner.open(tmp_path / "others")
    (folder / PUBLIC_NAME).write_bytes((tmp_path / "others" / PUBLIC_NAME).read_bytes() if other else b"")

    with pytest.raises(ConfigError, match=message) as caught:
        FileSigner.open(folder)

    assert f"move {folder / PUBLIC_NAME} away" in caught.value.fix


def test_a_link_in_place_of_the_key_is_refused(tmp_path: Path) -> None:
    FileSigner.open(tmp_path / "real")
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    (folder / PRIVATE_NAME).symlink_to(tmp_path / "real" / PRIVATE_NAME)

    with pytest.raises(ConfigError, match="not a plain file"):
        FileSigner.open(folder)


def test_a_folder_that_cannot_be_made_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match="cannot be read or written"):
        FileSigner.open(tmp_path / "file" / "keys")


def test_the_private_key_is_in_no_representation_and_cannot_be_copied(tmp_path: Path) -> None:
    signer = FileSigner.open(tmp_path / "keys")
    secret = (tmp_path / "keys" / PRIVATE_NAME).read_text().splitlines()[1]

    assert secret not in repr(signer) + str(signer) + repr(vars(signer))
    assert signer.key_id[:16] in repr(signer)
    assert "PRIVATE" not in signer.public_pem.decode()
    with pytest.raises(TypeError, match="not to be copied"):
        copy.deepcopy(signer)


def test_a_private_key_given_as_the_public_one_is_refused_by_name(tmp_path: Path) -> None:
    FileSigner.open(tmp_path / "keys")

    with pytest.raises(ConfigError, match="holds a private key"):
        load_public_key(tmp_path / "keys" / PRIVATE_NAME)


def test_a_public_key_of_another_kind_is_refused() -> None:
    pem = (
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )

    with pytest.raises(ConfigError, match="not Ed25519"):
        parse_public_key(pem, where="k.pem")


def test_no_public_key_and_no_file_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no public key in PEM"):
        parse_public_key(b"nonsense", where="k.pem")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_public_key(tmp_path / "absent.pem")
