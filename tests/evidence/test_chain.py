from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.signing import FileSigner
from roadworthy.core.digest import digest_of
from roadworthy.core.errors import VerificationError
from roadworthy.evidence.chain import (
    GENESIS,
    Entry,
    append,
    check,
    check_against,
    checkpoint_of,
    decode_log,
    encode_log,
    open_checkpoint,
    sign_checkpoint,
)
from roadworthy.evidence.dsse import encode

AT = datetime(2026, 11, 20, tzinfo=UTC)


def chain(length: int, *, salt: str = "") -> list[Entry]:
    entries: list[Entry] = []
    for number in range(length):
        head = entries[-1] if entries else None
        entries.append(append(head, kind="evidence", digest=digest_of([salt, number]), recorded_at=AT, actor="user_7"))
    return entries


@given(length=st.integers(0, 20))
def test_a_chain_that_was_only_appended_to_holds_and_is_read_back(length: int) -> None:
    entries = chain(length)

    check(entries)

    assert decode_log(encode_log(entries)) == tuple(entries)
    assert [e.seq for e in entries] == list(range(1, length + 1))


@given(length=st.integers(1, 12), data=st.data())
def test_the_first_broken_entry_is_named(length: int, data: st.DataObject) -> None:
    entries = chain(length)
    at = data.draw(st.integers(0, length - 1))
    change = data.draw(
        st.sampled_from(
            [
                {"kind": "decision"},
                {"actor": "user_8"},
                {"digest": digest_of("other")},
                {"recorded_at": datetime(2027, 1, 1, tzinfo=UTC)},
                {"hash": digest_of("other")},
                {"previous": digest_of("other")},
                {"seq": 99},
            ]
        )
    )
    entries[at] = replace(entries[at], **change)

    with pytest.raises(VerificationError, match=f"] log entry {at + 1} "):
        check(entries)


@pytest.mark.parametrize("cut", [0, 3, 9])
def test_an_entry_taken_out_is_noticed_at_its_place(cut: int) -> None:
    entries = chain(10)
    del entries[cut]

    if cut == 9:
        check(entries)
        with pytest.raises(VerificationError, match="its end is cut off"):
            check_against(entries, checkpoint_of(chain(10), at=AT))
    else:
        with pytest.raises(VerificationError, match=f"log entry {cut + 1} "):
            check(entries)


def test_a_log_that_was_built_anew_holds_by_itself_and_fails_against_the_checkpoint() -> None:
    kept = checkpoint_of(chain(5), at=AT)
    rebuilt = chain(8, salt="rewritten")

    check(rebuilt)

    with pytest.raises(VerificationError, match=r"log entry 5 is not the one .* built anew"):
        check_against(rebuilt, kept)


def test_a_log_that_went_on_holds_against_an_earlier_checkpoint() -> None:
    kept = checkpoint_of(chain(5), at=AT)

    check_against(chain(9), kept)

    assert checkpoint_of(chain(9)[:5], at=AT) == kept
    assert checkpoint_of([], at=AT).head == GENESIS


def test_a_checkpoint_is_read_back_with_the_key_that_signed_it(
    signer: FileSigner, tmp_path_factory: pytest.TempPathFactory
) -> None:
    checkpoint = checkpoint_of(chain(3), at=AT)
    content = encode(sign_checkpoint(checkpoint, signer=signer))
    other = FileSigner.open(tmp_path_factory.mktemp("k") / "k")

    assert open_checkpoint(content, verifier=signer.verifier) == checkpoint
    with pytest.raises(VerificationError, match="names key"):
        open_checkpoint(content, verifier=other.verifier)


@pytest.mark.parametrize(
    ("kind", "digest", "actor", "message"),
    [
        ("Evidence", GENESIS, "a", "lower-case word"),
        ("", GENESIS, "a", "lower-case word"),
        ("evidence", "sha256:0", "a", "not a sha256 digest"),
        ("evidence", GENESIS, "", "needs an actor"),
    ],
)
def test_an_entry_that_says_too_little_is_refused(kind: str, digest: str, actor: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        append(None, kind=kind, digest=digest, recorded_at=AT, actor=actor)


@pytest.mark.parametrize("content", [b"{}\n", b'{"a":1}', b"\n", encode_log(chain(1))[:-1]])
def test_a_log_file_that_is_torn_or_holds_something_else_is_refused(content: bytes) -> None:
    with pytest.raises(VerificationError, match=r"torn|not a log entry|canonical"):
        decode_log(content)


def test_erasing_a_person_elsewhere_leaves_the_chain_as_it_is(
    new_log: Callable[[list[tuple[str, str]]], tuple[Entry, ...]],
) -> None:
    """The entries hold a stable id and digests, and no text of a person."""
    log = new_log([("evidence", GENESIS)])

    assert set(log[0].__slots__) == {
        "schema", "seq", "previous", "kind", "digest", "recorded_at", "actor", "hash"
    }  # fmt: skip
    check(log)
