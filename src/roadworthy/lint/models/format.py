"""Tells what a model file is by its first bytes, and what its name says."""

from __future__ import annotations

import re
from enum import StrEnum

HEAD = 4096
"""Bytes that tell the format."""


class Format(StrEnum):
    """What a model file is made of."""

    PICKLE = "a pickle"
    ZIP = "a zip archive"
    SAFETENSORS = "safetensors"
    GGUF = "GGUF"
    ONNX = "ONNX"
    HDF5 = "HDF5"
    NUMPY = "a NumPy array"
    TFLITE = "TensorFlow Lite"
    GZIP = "gzip"
    COMPRESSED = "another archive"
    EXECUTABLE = "a program"
    SCRIPT = "a script"
    HTML = "a web page"
    LFS_POINTER = "a Git LFS pointer"
    EMPTY = "empty"
    UNKNOWN = "unknown"


_MAGIC: tuple[tuple[bytes, Format], ...] = (
    (b"GGUF", Format.GGUF),
    (b"PK\x03\x04", Format.ZIP),
    (b"PK\x05\x06", Format.ZIP),
    (b"\x89HDF\r\n\x1a\n", Format.HDF5),
    (b"\x93NUMPY", Format.NUMPY),
    (b"\x1f\x8b", Format.GZIP),
    (b"7z\xbc\xaf\x27\x1c", Format.COMPRESSED),
    (b"BZh", Format.COMPRESSED),
    (b"\xfd7zXZ\x00", Format.COMPRESSED),
    (b"Rar!\x1a\x07", Format.COMPRESSED),
    (b"(\xb5/\xfd", Format.COMPRESSED),
    (b"\x04\x22\x4d\x18", Format.COMPRESSED),
    (b"\x7fELF", Format.EXECUTABLE),
    (b"\xcf\xfa\xed\xfe", Format.EXECUTABLE),
    (b"\xca\xfe\xba\xbe", Format.EXECUTABLE),
    (b"#!/", Format.SCRIPT),
    (b"version https://git-lfs.github.com/spec/", Format.LFS_POINTER),
)
_PICKLE = re.compile(rb"\x80[\x02-\x05](?:\x95|[\]\}\(\)c\x8cXKJMUq\x8aGN\x88\x89I])", re.DOTALL)
_OLD_PICKLE = re.compile(rb"(?:\(dp?\d?|\(lp?\d?|c[A-Za-z_][\w.]{1,60}\n[A-Za-z_][\w.]{0,60}\n|\(i[A-Za-z_])")
_EXPECTED: dict[str, frozenset[Format]] = {
    ".safetensors": frozenset({Format.SAFETENSORS}),
    ".gguf": frozenset({Format.GGUF}),
    ".onnx": frozenset({Format.ONNX, Format.UNKNOWN}),
    ".h5": frozenset({Format.HDF5}),
    ".hdf5": frozenset({Format.HDF5}),
    ".keras": frozenset({Format.ZIP, Format.HDF5}),
    ".npy": frozenset({Format.NUMPY}),
    ".npz": frozenset({Format.ZIP}),
    ".tflite": frozenset({Format.TFLITE}),
    ".pt": frozenset({Format.ZIP, Format.PICKLE, Format.UNKNOWN}),
    ".pth": frozenset({Format.ZIP, Format.PICKLE, Format.UNKNOWN}),
    ".ckpt": frozenset({Format.ZIP, Format.PICKLE, Format.HDF5, Format.UNKNOWN}),
    ".pkl": frozenset({Format.PICKLE, Format.GZIP, Format.COMPRESSED, Format.UNKNOWN}),
    ".pickle": frozenset({Format.PICKLE, Format.GZIP, Format.COMPRESSED, Format.UNKNOWN}),
    ".joblib": frozenset({Format.PICKLE, Format.GZIP, Format.COMPRESSED, Format.UNKNOWN}),
}
"""What may lie behind an ending; endings that say nothing definite are not here."""

_PICKLED = frozenset([".pkl", ".pickle", ".joblib", ".dill", ".pt", ".pth", ".ckpt", ".p"])
_FEW_BYTES = 16


def suffix_of(path: str) -> str:
    """Return the ending of a file's name, in small letters, with its dot; empty where it has none.

    >>> suffix_of("a.b/Model.PT"), suffix_of("a.b/LICENCE")
    ('.pt', '')
    """
    stem, dot, suffix = path.rpartition("/")[2].rpartition(".")
    return f".{suffix.lower()}" if dot and stem else ""


def format_of(head: bytes, *, suffix: str = "") -> Format:
    r"""Return what the first bytes are; formats without a mark of their own only where the ending agrees.

    >>> format_of(b"GGUF\x03\x00\x00\x00"), format_of(b"\x80\x04\x95")
    (<Format.GGUF: 'GGUF'>, <Format.PICKLE: 'a pickle'>)
    """
    if not head.strip(b"\x00"):
        return Format.EMPTY if not head else Format.UNKNOWN
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return found
    if head[257:262] == b"ustar":
        return Format.COMPRESSED
    if head[4:8] == b"TFL3":
        return Format.TFLITE
    if head[:2] == b"MZ" and b"This program" in head[:512]:
        return Format.EXECUTABLE
    if _PICKLE.match(head) or (suffix in _PICKLED and _OLD_PICKLE.match(head)):
        return Format.PICKLE
    if re.match(rb"\s*(?i:<!doctype html|<html)", head):
        return Format.HTML
    return _unmarked(head, suffix)


def _unmarked(head: bytes, suffix: str) -> Format:
    if len(head) >= 9 and head[8:9] == b"{" and int.from_bytes(head[:8], "little") < 1 << 32:
        return Format.SAFETENSORS
    # `ir_version`, the first field of a model, is a small number.
    if suffix == ".onnx" and len(head) >= _FEW_BYTES and head[0] == 0x08 and head[1] < 0x80:
        return Format.ONNX
    return Format.UNKNOWN


def expected_of(suffix: str) -> frozenset[Format]:
    """Return what may lie behind an ending; empty where the ending says nothing definite."""
    return _EXPECTED.get(suffix, frozenset())


def may_be_pickle(head: bytes, suffix: str) -> bool:
    """Return whether a loader that goes by the ending, or by the first byte, would unpickle the file."""
    found = format_of(head, suffix=suffix)
    return found is Format.PICKLE or (suffix in _PICKLED and found is Format.UNKNOWN)
