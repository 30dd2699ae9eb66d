from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.small_pack import write_pack
from roadworthy.adapters.packs import PackFolders
from roadworthy.adapters.signed_packs.files import read_pack_files
from roadworthy.adapters.signing import FileSigner
from roadworthy.core.errors import VerificationError
from roadworthy.evidence.archive import read_archive, write_archive
from roadworthy.evidence.bundle import (
    FOLDER,
    STATEMENT,
    Tried,
    make_bundle,
    open_bundle,
    read_statement,
    require_same_pack,
)
from roadworthy.evidence.dsse import encode
from roadworthy.evidence.statement import Statement, sign_statement
from roadworthy.policy.model import Tightening

TRIED = Tried(rules=1, cases=3, mutants=10, noticed=10, survivors=0)


@pytest.fixture(scope="module")
def signer(tmp_path_factory):
    return FileSigner.open(tmp_path_factory.mktemp("keys") / "keys")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    return FileSigner.open(tmp_path_factory.mktemp("others") / "keys")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_pack(tmp_path_factory.mktemp("packs") / "acme")


@pytest.fixture(scope="module")
def pack(folder):
    return PackFolders(folder.parent).load("acme")


@pytest.fixture(scope="module")
def bundle(folder, pack, signer):
    return make_bundle(read_pack_files(folder), pack=pack, tried=TRIED, signer=signer)


def opened(content, signer):
    return open_bundle(content, verifier=signer.verifier, where="acme.rwpolicy")


def repacked(content, **changes):
    """The archive with some files exchanged; None takes one out."""
    files = read_archive(content) | {name: body for name, body in changes.items() if body is not None}
    return write_archive({name: body for name, body in files.items() if changes.get(name, b"") is not None})


def test_what_was_bundled_comes_out_as_it_was(bundle, folder, pack, signer):
    found = opened(bundle, signer)

    assert found.files == read_pack_files(folder)
    assert (found.statement.name, found.statement.version, found.is_verified) == ("acme", "1.0.0", True)
    assert found.statement.about["mutation"] == {"mutants": 10, "noticed": 10, "survivors": 0, "score": 1.0}
    require_same_pack(found.statement, pack, where="acme")


def test_the_same_pack_and_key_give_the_same_bytes(bundle, folder, pack, signer):
    files = read_pack_files(folder)

    assert make_bundle(dict(reversed(files.items())), pack=pack, tried=TRIED, signer=signer) == bundle


def test_no_mutants_have_no_score():
    assert Tried(rules=1, cases=3, mutants=0, noticed=0, survivors=0).score is None


def test_without_a_key_the_signature_is_said_to_be_unchecked(bundle, signer):
    found = open_bundle(bundle, verifier=None, where="acme.rwpolicy")

    assert (found.is_verified, found.key_id) == (False, signer.key_id)


def test_another_key_is_refused(bundle, stranger):
    with pytest.raises(VerificationError, match="the envelope names key"):
        opened(bundle, stranger)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({f"{FOLDER}pack.yaml": b"name: other"}, "pack.yaml was changed", id="a file changed"),
        pytest.param({f"{FOLDER}SOURCES.md": None}, "SOURCES.md is missing", id="a file taken out"),
        pytest.param({f"{FOLDER}cases/new.yaml": b"[]"}, "cases/new.yaml was added", id="a file added"),
        pytest.param({STATEMENT: None}, "holds no statement.dsse.json", id="no statement"),
        pytest.param({"evil.sh": b"rm"}, "holds 'evil.sh', which is no part of a pack", id="a file beside the pack"),
        pytest.param({STATEMENT: b"{}"}, "is not a DSSE envelope", id="a statement that is none"),
    ],
)
def test_an_archive_that_was_packed_anew_is_refused(bundle, signer, changes, problem):
    with pytest.raises(VerificationError, match=problem):
        opened(repacked(bundle, **changes), signer)


@pytest.mark.parametrize("key", ["given", "not given"])
def test_truncated_archives_are_refused_at_every_length(bundle, signer, key):
    verifier = signer.verifier if key == "given" else None
    for length in {*range(0, len(bundle), 97), len(bundle) - 1}:
        with pytest.raises(VerificationError):
            open_bundle(bundle[:length], verifier=verifier, where="x")


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=200
)  # scoped by module
@given(data=st.data())
def test_no_byte_can_change_unseen(bundle, signer, data):
    at = data.draw(st.integers(min_value=0, max_value=len(bundle) - 1))
    flipped = data.draw(st.integers(min_value=1, max_value=255))

    with pytest.raises(VerificationError):
        opened(bundle[:at] + bytes([bundle[at] ^ flipped]) + bundle[at + 1 :], signer)


@pytest.mark.parametrize(
    ("subjects", "predicate", "problem"),
    [
        pytest.param((("pack:acme@1.0.0", 1), ("other:x", 2)), None, "does not name a pack", id="a foreign subject"),
        pytest.param((("file:a", 1), ("pack:acme@1.0.0", 2)), None, "does not name a pack", id="out of order"),
        pytest.param((("pack:../../acme@1.0.0", 1),), None, "does not name a pack", id="a name that leads out"),
        pytest.param((("pack:acme@1.0.0/..", 1),), None, "names no version", id="a version that leads out"),
        pytest.param((("pack:acme@1.0.0", 1), ("file:a", 1), ("file:a", 2)), None, "each once", id="a file twice"),
        pytest.param((("pack:acme@1.0.0", 1),), "urn:other", "not one about a pack", id="another predicate"),
    ],
)
def test_a_signed_statement_that_is_none_about_a_pack_is_refused(signer, subjects, predicate, problem):
    statement = Statement(
        subjects=tuple((name, f"sha256:{digit:064x}") for name, digit in subjects),
        predicate_type=predicate or "urn:roadworthy:predicate:policy-pack:v1",
    )
    envelope = encode(sign_statement(statement, signer=signer))

    with pytest.raises(VerificationError, match=problem):
        read_statement(envelope, verifier=signer.verifier, where="statement")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({"version": "2.0.0"}, "the files are pack acme 2.0.0", id="another version"),
        pytest.param({"title": "Another"}, "do not say the pack that the statement names", id="another value"),
    ],
)
def test_the_files_must_say_the_pack_that_is_named(bundle, signer, tmp_path, changes, problem):
    other = PackFolders(tmp_path).load(write_pack(tmp_path / "acme", **changes).name)

    with pytest.raises(VerificationError, match=problem):
        require_same_pack(opened(bundle, signer).statement, other, where="acme")


def test_a_name_that_leads_out_cannot_be_bundled(folder, pack, signer):
    with pytest.raises(ValueError, match="pack name"):
        make_bundle({}, pack=replace(pack, name="../acme", controls=(), tighten=_any()), tried=TRIED, signer=signer)


def _any():
    return (Tightening(rule="a/b", reason="Why."),)
