from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.signing import FileSigner
from roadworthy.core.errors import VerificationError
from roadworthy.evidence.dsse import Envelope, decode, encode, open_envelope, pae, seal, strict_json
from roadworthy.evidence.ports import Signature

_KEY = "ab" * 32
_SIGNED = Envelope(payload=b'{"a":1}', payload_type="t", signature=Signature(key_id=_KEY, sig=b"s" * 64))


@given(payload=st.binary(max_size=100), kind=st.text(max_size=10), sig=st.binary(max_size=70))
def test_an_envelope_is_read_back_as_it_was_written(payload: bytes, kind: str, sig: bytes) -> None:
    envelope = Envelope(payload=payload, payload_type=kind, signature=Signature(key_id=_KEY, sig=sig))

    assert decode(encode(envelope), where="f") == envelope


@given(
    one=st.tuples(st.text(max_size=5), st.binary(max_size=9)), two=st.tuples(st.text(max_size=5), st.binary(max_size=9))
)
def test_two_different_payloads_are_never_signed_as_the_same_bytes(
    one: tuple[str, bytes], two: tuple[str, bytes]
) -> None:
    assert (pae(*one) == pae(*two)) == (one == two)


def _edited(**changes: object) -> bytes:
    return json.dumps({**json.loads(encode(_SIGNED)), **changes}, separators=(",", ":"), sort_keys=True).encode()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(encode(_SIGNED) + b"\n", id="a newline more"),
        pytest.param(encode(_SIGNED).replace(b":", b": ", 1), id="a space more"),
        pytest.param(_edited(extra=1), id="an unknown field"),
        pytest.param(_edited(signatures=[]), id="no signature"),
        pytest.param(_edited(signatures=json.loads(encode(_SIGNED))["signatures"] * 2), id="two signatures"),
        pytest.param(_edited(payload="eyJhIjoxfR=="), id="base64 with stray bits"),
        pytest.param(_edited(payload="eyJhIjoxfQ"), id="base64 without padding"),
        pytest.param(_edited(payload="eyJh IjoxfQ=="), id="base64 with a space"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"payload":"","payload":""}', id="a repeated key"),
        pytest.param(b"{" * 100_000, id="nested too deeply"),
        pytest.param(b"\xff", id="not UTF-8"),
    ],
)
def test_an_envelope_in_any_other_form_is_refused(content: bytes) -> None:
    with pytest.raises(VerificationError, match=r"canonical|envelope|base64"):
        decode(content, where="f")


@pytest.mark.parametrize(
    "text", ['{"a":1.0}', '{"b":1,"a":2}', '{"a":NaN}', '{"a":1,"a":1}', '{"a":"\\u0041"}', "1e400"]
)
def test_json_that_two_readers_could_read_differently_is_refused(text: str) -> None:
    with pytest.raises(VerificationError, match="canonical"):
        strict_json(text.encode(), where="f")


def test_an_envelope_of_another_type_is_refused(signer: FileSigner) -> None:
    content = encode(seal(b"x", payload_type="checkpoint", signer=signer))

    with pytest.raises(VerificationError, match="expected 'index'"):
        open_envelope(content, payload_type="index", verifier=signer.verifier, where="f")


def test_the_key_that_an_envelope_names_must_be_the_given_one(signer: FileSigner) -> None:
    sealed = seal(b"x", payload_type="t", signer=signer)
    renamed = Envelope(
        payload=sealed.payload, payload_type="t", signature=Signature(key_id=_KEY, sig=sealed.signature.sig)
    )

    with pytest.raises(VerificationError, match="names key abab"):
        open_envelope(encode(renamed), payload_type="t", verifier=signer.verifier, where="f")


def test_the_payload_stays_readable_with_ordinary_tools(signer: FileSigner) -> None:
    content = encode(seal(b'{"a":1}', payload_type="t", signer=signer))

    assert base64.b64decode(json.loads(content)["payload"]) == b'{"a":1}'
