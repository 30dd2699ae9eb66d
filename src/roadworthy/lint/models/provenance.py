"""Detectors of model files that nobody vouches for: undeclared, without digest or signature, not what they were."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.inventory.model import FileComponent
from roadworthy.lint.model import FileKind, Hit
from roadworthy.lint.models.format import HEAD, Format, expected_of, format_of, suffix_of
from roadworthy.lint.ports import Repository, SourceFile

_STEP = 4 * 1024 * 1024
_MAX_HASHED = 64 * 1024 * 1024
"""Bytes of a model up to which its digest is computed; larger ones are left to the release, which hashes them."""

_SIGNATURES = (".sig", ".sigstore", ".sigstore.json", ".asc", ".minisig", ".bundle.json")
_FOLDER_SIGNATURES = (
    "model.sig",
    "model.sigstore.json",
    "model_signing.sig",
    "SHA256SUMS.sig",
    "SHA256SUMS.asc",
    "claims.jsonld",
)
_WEIGHTS = frozenset([
    ".safetensors", ".gguf", ".ggml", ".onnx", ".pt", ".pth", ".ckpt", ".bin", ".pkl", ".pickle", ".joblib", ".h5",
    ".hdf5", ".keras", ".tflite", ".nemo", ".mar", ".skops",
])  # fmt: skip


def _weights(repository: Repository) -> Iterator[SourceFile]:
    for file in repository.of_kind(FileKind.MODEL):
        if suffix_of(file.path) in _WEIGHTS:
            yield file


def undeclared_model(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield model files that belong to no component of the manifest; none where there is no manifest."""
    if repository.manifest is None:
        return
    for file in _weights(repository):
        if not file.component:
            yield Hit(
                path=file.path, said="the model file belongs to no component of the manifest", subject="undeclared"
            )


def model_without_digest(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield declared models and adapters for which the manifest expects no digest."""
    manifest = repository.manifest
    if manifest is None:
        return
    for index, component in enumerate(manifest.components):
        if isinstance(component, FileComponent) and component.type in {"model", "adapter"} and component.digest is None:
            yield Hit(
                path="roadworthy.yaml",
                line=repository.manifest_line(("components", index)),
                said=f"model {component.key!r} has no digest that the file must have",
                subject=component.key,
            )


def digest_differs(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield single model files whose bytes are not those of the digest that the manifest expects."""
    manifest = repository.manifest
    if manifest is None:
        return
    for component in manifest.components:
        if not isinstance(component, FileComponent) or component.digest is None or component.path is None:
            continue
        file = repository.files.get(component.path)
        if file is None or file.size > _MAX_HASHED or component.type not in {"model", "adapter"}:
            continue
        found = _digest_of(file)
        if found and found != component.digest:
            said = (
                f"the file of {component.key!r} has digest {found[:15]}…, the manifest expects {component.digest[:15]}…"
            )
            yield Hit(path=file.path, said=said, subject=component.key)


def _digest_of(file: SourceFile) -> str:
    """Return the digest over a file's bytes; empty where it cannot be read to its end."""
    total, at = hashlib.sha256(), 0
    while at < file.size:
        data = file.read_at(at, _STEP)
        if not data:
            return ""
        total.update(data)
        at += len(data)
    return f"sha256:{total.hexdigest()}"


def unsigned_model(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield folders with model files beside which no signature lies, one finding for each folder."""
    unsigned: dict[str, list[str]] = {}
    for file in _weights(repository):
        if FileKind.TEST in file.kinds:
            continue
        folder, slash, _ = file.path.rpartition("/")
        beside = any(f"{file.path}{ending}" in repository.files for ending in _SIGNATURES)
        if not beside and not any(f"{folder}{slash}{name}" in repository.files for name in _FOLDER_SIGNATURES):
            unsigned.setdefault(folder, []).append(file.path)
    for folder, paths in unsigned.items():
        others = f" and {len(paths) - 1} others in its folder" if len(paths) > 1 else ""
        yield Hit(path=paths[0], said=f"no signature lies beside the model{others}", subject=folder)


def format_mismatch(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield files that are something else than they are called; pickles in disguise are another rule's."""
    suffix = suffix_of(file.path)
    expected = expected_of(suffix)
    found = format_of(file.head(HEAD), suffix=suffix)
    told_elsewhere = {Format.PICKLE, Format.LFS_POINTER, Format.UNKNOWN}
    odd = found in {Format.EXECUTABLE, Format.SCRIPT, Format.HTML} and suffix in _WEIGHTS
    if odd or (expected and found not in expected and found not in told_elsewhere):
        yield Hit(said=f"the file ends in {suffix} and is {_with_article(found)}", subject="format")


def lfs_pointer(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield pointers of Git LFS that stand where a model should."""
    if file.size < 1024 and format_of(file.head(HEAD)) is Format.LFS_POINTER:
        yield Hit(
            said="a Git LFS pointer stands where the model should: the weights were not looked at", subject="pointer"
        )


def _with_article(found: Format) -> str:
    return "empty" if found is Format.EMPTY else str(found)
