"""Every `Signer` and the `Verifier` of its public key."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.signing import FileSigner, parse_public_key
from roadworthy.evidence.dsse import encode, open_envelope, pae, seal
from roadworthy.evidence.ports import Signer, Verifier


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Signer, Verifier]:
    signer = FileSigner.open(tmp_path_factory.mktemp("keys") / "k")
    return signer, parse_public_key(signer.public_pem, where="pem")


@given(content=st.binary(max_size=200))
def test_the_public_key_holds_what_the_signer_signed(pair: tuple[Signer, Verifier], content: bytes) -> None:
    signer, verifier = pair

    signature = signer.sign(content)

    assert verifier.holds(content, signature.sig)
    assert signature.key_id == signer.key_id == verifier.key_id


@given(content=st.binary(max_size=50), where=st.integers(0, 63), bit=st.integers(0, 7))
def test_a_signature_with_one_flipped_bit_does_not_hold(
    pair: tuple[Signer, Verifier], content: bytes, where: int, bit: int
) -> None:
    signer, verifier = pair
    sig = bytearray(signer.sign(content).sig)

    sig[where] ^= 1 << bit

    assert not verifier.holds(content, bytes(sig))


@pytest.mark.parametrize("sig", [b"", b"x", bytes(64), bytes(65)], ids=["empty", "short", "zeros", "long"])
def test_what_is_no_signature_does_not_hold_and_does_not_raise(pair: tuple[Signer, Verifier], sig: bytes) -> None:
    assert not pair[1].holds(b"content", sig)


def test_a_signature_of_another_key_does_not_hold(pair: tuple[Signer, Verifier], tmp_path: Path) -> None:
    other = FileSigner.open(tmp_path / "other")

    assert other.key_id != pair[0].key_id
    assert not pair[1].holds(b"content", other.sign(b"content").sig)


def test_an_envelope_opens_with_the_key_that_sealed_it(pair: tuple[Signer, Verifier]) -> None:
    sealed = encode(seal(b"payload", payload_type="text/plain", signer=pair[0]))

    assert open_envelope(sealed, payload_type="text/plain", verifier=pair[1], where="f") == b"payload"
    assert pair[1].holds(pae("text/plain", b"payload"), pair[0].sign(pae("text/plain", b"payload")).sig)
