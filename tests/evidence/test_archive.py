from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.core.errors import VerificationError
from roadworthy.evidence.archive import name_problem, read_archive, write_archive

FILES = {"a.json": b"{}", "evidence/e1.json": b"one", "evidence/ü.json": b"two", "empty": b"", "report.html": b"<p>"}

_PART = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=8)
_NAMES = st.lists(_PART, min_size=1, max_size=3).map("/".join).filter(lambda name: name_problem(name) is None)


@given(files=st.dictionaries(_NAMES, st.binary(max_size=200), max_size=8))
def test_what_is_written_is_read_back(files: dict[str, bytes]) -> None:
    archive = write_archive(files)

    assert read_archive(archive) == files
    assert write_archive(dict(reversed(files.items()))) == archive


def test_ordinary_zip_readers_open_it() -> None:
    with zipfile.ZipFile(io.BytesIO(write_archive(FILES))) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == FILES
        assert all(info.compress_type == zipfile.ZIP_STORED for info in opened.infolist())


def test_every_byte_is_accounted_for_and_its_file_named() -> None:
    """Flip each byte in turn, whether in a header, a content, the directory or the end record."""
    archive = write_archive(FILES)
    unnamed = 0
    for offset in range(len(archive)):
        broken = bytearray(archive)
        broken[offset] ^= 0x01
        with pytest.raises(VerificationError, match=r".") as caught:
            read_archive(bytes(broken))
        unnamed += not any(name in str(caught.value) for name in FILES)
    assert unnamed == 22, "only a damaged end record may leave the file unnamed"


@given(offset=st.integers(0, 10_000), bit=st.integers(1, 255))
def test_a_changed_content_is_named_by_its_file(offset: int, bit: int) -> None:
    archive = bytearray(write_archive({"one": b"1" * 500, "two": b"2" * 500}))
    start = archive.index(b"2" * 500)

    archive[start + offset % 500] ^= bit

    with pytest.raises(VerificationError, match="the content of 'two' is damaged"):
        read_archive(bytes(archive))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda a: a + b"x", id="a byte added at the end"),
        pytest.param(lambda a: b"x" + a, id="a byte added at the start"),
        pytest.param(lambda a: a[:-1], id="the last byte cut off"),
        pytest.param(lambda a: a[: len(a) // 2], id="cut in half"),
        pytest.param(lambda a: a + a, id="two in a row"),
        pytest.param(lambda _: b"", id="nothing"),
    ],
)
def test_an_archive_of_another_length_is_refused(change: object) -> None:
    assert callable(change)

    with pytest.raises(VerificationError, match=r"archive|damaged|directory"):
        read_archive(change(write_archive(FILES)))


def _foreign(compression: int, *names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as target:
        for name in names:
            target.writestr(zipfile.ZipInfo(name), b"content" * 20)
    return made.getvalue()


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_of_another_program_is_refused(compression: int) -> None:
    with pytest.raises(VerificationError, match=r"damaged|not an archive"):
        read_archive(_foreign(compression, "a.json"))


@pytest.mark.parametrize("name", ["../up", "/root", "a/../b", "a//b", "./a", "c:x", "a\\b", "a\x00b", "a\u202eb", ""])
def test_unsafe_names_are_neither_written_nor_read(name: str) -> None:
    with pytest.raises(ValueError, match="file name"):
        write_archive({name: b""})
    if "\x00" not in name:
        with pytest.raises(VerificationError, match=r"file name|damaged|not an archive|called"):
            read_archive(_foreign(zipfile.ZIP_STORED, name))


def test_a_file_that_is_there_twice_is_refused() -> None:
    one = write_archive({"a": b"first"})
    local = one[: one.index(b"PK\x01\x02")]

    with pytest.raises(VerificationError, match=r"there twice|not an archive"):
        read_archive(local + one)


@settings(max_examples=200)
@given(content=st.binary(max_size=300))
def test_no_input_makes_the_reader_fail_in_another_way(content: bytes) -> None:
    with pytest.raises(VerificationError, match="archive"):
        read_archive(content)
