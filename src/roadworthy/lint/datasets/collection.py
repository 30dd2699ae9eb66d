"""Detectors of what shows only over several files: overlap, documents that are missing or silent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.inventory.model import FileComponent
from roadworthy.lint.datasets.role import Role, role_of
from roadworthy.lint.datasets.rows import rows_of
from roadworthy.lint.datasets.shape import normalised, texts_of
from roadworthy.lint.model import FileKind, Hit
from roadworthy.lint.ports import Repository, SourceFile

_MAX_FILES = 400
_LEAST_WORDS = 6
"""Words of a text that hardly two people write alike."""

_PLACEHOLDER = re.compile(
    r"\[\s*(?i:verify|todo|tbd|fill in|insert|more information needed|needs more information"
    r"|to be (?:done|completed|defined))\b"
    r"|(?<!no )\b(?:TODO|TBD|FIXME)\b|(?i:lorem ipsum)"
)
_MODEL_CARD = re.compile(r"(?i)(?:^|/)model[_-]?card[^/]*$")
_DOCUMENT = re.compile(
    r"(?i)(?:readme|data[_-]?sheet|data[_-]?card|dataset[_-]?card|datasheets?|croissant|dataset[_-]?(?:infos?|description))[\w.-]*"
    r"\.(?:md|json|ya?ml|rst|txt)|[\w.-]+\.croissant\.json"
)


def overlap(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield files to evaluate with that hold texts to train on, compared without case and signs."""
    by_role: dict[Role, list[SourceFile]] = {}
    for number, file in enumerate(repository.of_kind(FileKind.DATASET)):
        if number < _MAX_FILES:
            by_role.setdefault(role_of(repository, file), []).append(file)
    trained = {text: file.path for file in by_role.get(Role.TRAINING, ()) for text, _ in _asked(file)}
    if not trained:
        return
    for file in by_role.get(Role.EVALUATION, ()):
        asked = list(_asked(file))
        shared = [(text, line) for text, line in asked if text in trained]
        if len(shared) >= 2 or (shared and len(shared) * 10 >= len(asked)):
            text, line = shared[0]
            said = f"{len(shared)} texts of this evaluation are trained on as well, in {trained[text]}"
            yield Hit(path=file.path, line=line, said=said, subject=trained[text])


def _asked(file: SourceFile) -> Iterator[tuple[str, int]]:
    """Yield the longest text of each row, where it is long enough to compare."""
    for row in rows_of(file).rows:
        longest = max((normalised(text) for text in texts_of(row)), key=len, default="")
        if longest.count(" ") >= _LEAST_WORDS - 1:
            yield longest, row.line


def placeholder(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield documents with places that were never filled in, one finding for each; templates are left alone."""
    if "template" in file.path.casefold():
        return
    found = list(_PLACEHOLDER.finditer(file.text))
    if found:
        line = file.text.count("\n", 0, found[0].start()) + 1
        places = f"{len(found)} places were" if len(found) > 1 else "a place was"
        yield Hit(line=line, said=f"{places} never filled in", subject="placeholder")


def silent(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield documents on data in which nothing matches one of ``patterns``; a model's card is another matter."""
    if _MODEL_CARD.search(file.path) is None and not any(re.search(one, file.text) for one in parameters["patterns"]):
        yield Hit(subject="silent")


def no_document(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield folders of training data with no document that says what the data is, one finding each."""
    told: set[str] = set()
    documented = _documents(repository)
    for file in repository.of_kind(FileKind.DATASET):
        folder = file.path.rpartition("/")[0]
        if folder in told or role_of(repository, file) is not Role.TRAINING:
            continue
        told.add(folder)
        if not any(above in documented for above in _folders(file.path) if above or not folder):
            yield Hit(path=file.path, said="no document beside the training data says what it is", subject=folder)


def undeclared(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield folders of training data that belong to no component of the manifest."""
    told: set[str] = set()
    for file in repository.of_kind(FileKind.DATASET) if repository.manifest is not None else ():
        folder = file.path.rpartition("/")[0]
        if not file.component and folder not in told and role_of(repository, file) is Role.TRAINING:
            told.add(folder)
            yield Hit(path=file.path, said="training data belongs to no component of the manifest", subject=folder)


def personal_data_unexplained(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield components with personal data of whose documents none says what ``patterns`` ask for, named by ``asks``."""
    wanted = re.compile("|".join(parameters["patterns"]), re.IGNORECASE)
    manifest = repository.manifest
    documented = _documents(repository)
    for index, one in enumerate(manifest.components if manifest is not None else ()):
        if not isinstance(one, FileComponent) or one.type != "dataset" or not one.personal_data or one.path is None:
            continue
        documents = [file for above in _folders(one.path) for file in documented.get(above, ())]
        stated = manifest.documents.values() if manifest is not None else ()
        documents += [repository.files[path] for path in stated if path in repository.files]
        if not any(wanted.search(file.text) for file in documents):
            line = repository.manifest_line(("components", index))
            said = f"no document says {parameters['asks']} of {one.key!r}, which holds personal data"
            yield Hit(path="roadworthy.yaml", line=line, said=said, subject=one.key)


def _documents(repository: Repository) -> Mapping[str, list[SourceFile]]:
    """Return the documents on data by their folder; the root's is empty."""
    found: dict[str, list[SourceFile]] = {}
    for path, file in repository.files.items():
        folder, _, name = path.rpartition("/")
        if _DOCUMENT.fullmatch(name):
            found.setdefault(folder, []).append(file)
    return found


def _folders(path: str) -> Iterator[str]:
    """Yield ``path`` and the folders that it lies in, up to the root, which is empty."""
    folder = path.strip("/")
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""
