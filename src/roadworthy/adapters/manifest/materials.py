"""Reads what the components of a manifest are made of: which files, and their digests."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from roadworthy.adapters.manifest.load import is_inside
from roadworthy.adapters.repository import git
from roadworthy.adapters.repository.file_kinds import is_code
from roadworthy.adapters.repository.folder_files import files_below
from roadworthy.adapters.yaml_source import MAX_PROBLEMS, Located, read_yaml
from roadworthy.core.digest import Digest, digest_of_bytes
from roadworthy.core.errors import ConfigError, ManifestError
from roadworthy.inventory.globs import matches_any
from roadworthy.inventory.materials import Materials, content_digest, owner_of
from roadworthy.inventory.model import FileComponent, Manifest

GOVERNANCE_NAME = "governance.yaml"
"""Says who decides. Part of no component, so that a new key or a new person voids no evidence."""


class _UnreadableError(Exception):
    """One component cannot be read, because of one of its fields."""

    def __init__(self, *, key: str, field: str, problem: str, fix: str = "") -> None:
        super().__init__(problem)
        self.key = key
        self.field = field
        self.problem = problem
        self.fix = fix


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """The files that one component would take, before more specific components take theirs."""

    component: FileComponent
    path: str
    single: bool
    names: tuple[str, ...]
    """Relative to the manifest."""


def read_materials(manifest: Manifest, *, path: Path) -> tuple[Materials, ...]:
    """Read the files of every component that consists of files.

    Which files a folder has: in a git checkout those that git does not ignore,
    committed or not; elsewhere every regular file outside dot-folders and
    ``__pycache__``. A file belongs to the component whose path is the most specific.
    The manifest itself, ``governance.yaml`` and ``.roadworthy`` are part of no folder. Its tasks, documents
    and policy packs judge the system and are not part of the application, unless they
    are source code: a pattern must not be able to hide code from its digest. Digests
    are over the bytes on disk, so that an edit counts before it is committed. To a guard policy belongs what it
    stands on (``extends``), of a pack or of a file beside it, and which lines of ``without`` have ended.

    Args:
        manifest: What `load_manifest` read.
        path: The manifest's file; its folder is the root that no component leaves.

    Returns:
        In the order of the manifest's components.

    Raises:
        ManifestError: With every component that cannot be read and its line: files
            that are missing, links that leave the root, bytes that are not those
            of the declared digest.
        ConfigError: If the folder is a git checkout and git cannot say what is in it.
    """
    root = path.parent.resolve()
    claims, found, faults = _claims(manifest, root=root, manifest_name=path.name)
    for key, names in _shared_out(claims).items():
        try:
            found[key] = _materials(claims[key], names, root=root)
        except _UnreadableError as fault:
            faults.append(fault)
    if faults:
        raise _error(faults, manifest, path)
    return tuple(found[component.key] for component in manifest.components if component.key in found)


def digest_of_file(path: Path) -> Digest:
    """Return the digest of the bytes of the regular file at ``path``, read in pieces.

    Raises:
        OSError: If it cannot be read, or is a device, a pipe or a socket.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as handle:
        if not stat.S_ISREG(os.fstat(handle.fileno()).st_mode):
            raise OSError(f"{path.name} is not a regular file")
        return f"sha256:{hashlib.file_digest(handle, 'sha256').hexdigest()}"


def _claims(
    manifest: Manifest, *, root: Path, manifest_name: str
) -> tuple[dict[str, _Claim], dict[str, Materials], list[_UnreadableError]]:
    """Return what each component would take, those whose files are elsewhere, and what cannot be read."""
    claims: dict[str, _Claim] = {}
    elsewhere: dict[str, Materials] = {}
    faults: list[_UnreadableError] = []
    for component in manifest.components:
        if not isinstance(component, FileComponent):
            continue
        try:
            claim = _claim(component, manifest, root=root, manifest_name=manifest_name)
        except _UnreadableError as fault:
            faults.append(fault)
            continue
        if claim is None:
            elsewhere[component.key] = _declared(component)
        else:
            claims[component.key] = claim
    return claims, elsewhere, faults


def _claim(component: FileComponent, manifest: Manifest, *, root: Path, manifest_name: str) -> _Claim | None:
    """Return the files that ``component`` would take; None when it declares the digest of an absent file."""
    if component.path is None:
        return None
    if not is_inside(component.path):
        raise _UnreadableError(
            key=component.key, field="path", problem=f"{component.path!r} leaves the manifest's folder"
        )
    place = root / component.path
    relative = Path(component.path).as_posix()
    if not _resolves_below(place, root):
        raise _UnreadableError(
            key=component.key, field="path", problem=f"{component.path!r} links out of the manifest's folder"
        )
    if not place.exists():
        if component.digest is not None:
            return None
        raise _UnreadableError(
            key=component.key, field="path", problem=f"there is no file or folder {component.path!r}"
        )
    if not place.is_dir():
        return _Claim(component=component, path=relative, single=True, names=(relative,))
    names = tuple(_folder_names(component, manifest, place=place, relative=relative, manifest_name=manifest_name))
    return _Claim(component=component, path=relative, single=False, names=names)


def _folder_names(
    component: FileComponent, manifest: Manifest, *, place: Path, relative: str, manifest_name: str
) -> Iterator[str]:
    named = relative.rstrip("/")
    for name in files_below(place):
        if component.include and not matches_any(name, component.include):
            continue
        full = name if named == "." else f"{named}/{name}"
        if not _judges(full, named, component.type, manifest, manifest_name):
            yield full


def _judges(name: str, path: str, kind: str, manifest: Manifest, manifest_name: str) -> bool:
    """Return whether the file ``name`` judges the system instead of being part of folder ``path``."""
    if name in (manifest_name, GOVERNANCE_NAME) or name.split("/", 1)[0] == ".roadworthy":
        return True
    if kind != "application" or is_code(name):
        return False
    if name in {Path(document).as_posix() for document in manifest.documents.values()}:
        return True
    if matches_any(name, manifest.tasks):
        return True
    packs = (Path(pack).as_posix() for pack in manifest.policy.packs if "/" in pack)
    return any(name.startswith(f"{pack}/") and not f"{path}/".startswith(f"{pack}/") for pack in packs)


def _shared_out(claims: Mapping[str, _Claim]) -> dict[str, list[str]]:
    """Give each file to the component whose path is the most specific."""
    claimants: dict[str, dict[str, str]] = {}
    for key, claim in claims.items():
        for name in claim.names:
            claimants.setdefault(name, {})[key] = claim.path
    shared: dict[str, list[str]] = {key: [] for key in claims}
    for name, paths in claimants.items():
        for key in owner_of(name, paths):
            shared[key].append(name)
    return shared


def _materials(claim: _Claim, names: Sequence[str], *, root: Path) -> Materials:
    key = claim.component.key
    if not names:
        raise _UnreadableError(
            key=key, field="path", problem=f"{claim.path!r} holds no files for this component{_why(claim)}"
        )
    for name in names:
        _require_text(name, key=key)
    files = tuple(sorted((_inner_name(name, claim), _digest(name, claim, root=root)) for name in names))
    content = content_digest(files, single=claim.single)
    declared = claim.component.digest
    if declared is not None and declared != content:
        problem = f"{claim.path!r} has the digest {content}, but the manifest declares {declared}"
        raise _UnreadableError(key=key, field="digest", problem=problem)
    beneath = _beneath(claim, names, root=root)
    if beneath:
        files = tuple(sorted({**dict(files), **beneath}.items()))
        content = content_digest(files, single=False)
    revision = _revision(names, root=root) if claim.component.type == "application" else None
    return Materials(key=key, files=files, content=content, revision=revision)


def _beneath(claim: _Claim, names: Sequence[str], *, root: Path) -> dict[str, Digest]:
    """Return what the guard policies among ``names`` stand on: a change of it is a change of the component."""
    if claim.component.type != "guard_policy":
        return {}
    from roadworthy.adapters.guard.extending import digests_beneath

    found: dict[str, Digest] = {}
    for name in names:
        if not name.endswith((".yaml", ".yml")):
            continue
        try:
            below = digests_beneath(root / name)
        except ConfigError as fault:
            raise _UnreadableError(
                key=claim.component.key, field="path", problem=f"{name}: {fault.problem}", fix=fault.fix
            ) from fault
        inner = _inner_name(name, claim)
        found |= {f"{inner}: {what}": digest for what, digest in below}
    return found


def _require_text(name: str, *, key: str) -> None:
    """Refuse a file name that is no text: a digest is over names too, and could not say this one."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        shown = os.fsencode(name).decode("utf-8", "backslashreplace")
        raise _UnreadableError(
            key=key,
            field="path",
            problem=f"the file name '{shown}' is not UTF-8",
            fix="rename the file, or leave it out with the component's `include`",
        ) from None


def _why(claim: _Claim) -> str:
    if claim.names:
        return ": all of them belong to components with more specific paths"
    if claim.component.include:
        return f" that match {', '.join(claim.component.include)}"
    return ", or none that git does not ignore"


def _inner_name(name: str, claim: _Claim) -> str:
    if claim.single:
        return name.rpartition("/")[2]
    return name if claim.path == "." else name.removeprefix(f"{claim.path}/")


def _digest(name: str, claim: _Claim, *, root: Path) -> Digest:
    place, key = root / name, claim.component.key
    if not _resolves_below(place, root):
        raise _UnreadableError(
            key=key, field="path", problem=f"{name!r} links out of the manifest's folder, or in a circle"
        )
    try:
        if place.is_symlink() and place.is_dir():
            return _digest_of_link(place, name, claim, root=root)
        return digest_of_file(place)
    except OSError as fault:
        reason = fault.strerror or "it is not a regular file"
        raise _UnreadableError(key=key, field="path", problem=f"cannot read {name!r}: {reason}") from None


def _digest_of_link(place: Path, name: str, claim: _Claim, *, root: Path) -> Digest:
    """Digest a link to a folder by its text, if the folder's files are counted by themselves."""
    if not _resolves_below(place, root / claim.path):
        problem = f"{name!r} links to a folder outside the component; give that folder's path instead"
        raise _UnreadableError(key=claim.component.key, field="path", problem=problem)
    return digest_of_bytes(os.fsencode(os.readlink(place)))


def _resolves_below(place: Path, root: Path) -> bool:
    try:
        return place.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        # A link that points at itself has no target anywhere.
        return False


def _declared(component: FileComponent) -> Materials:
    if component.digest is None:
        raise ValueError(f"component {component.key!r} has neither a path nor a digest")
    return Materials(
        key=component.key,
        files=(),
        content=component.digest,
        problems=("the bytes are not here; the declared digest was taken as it is",),
    )


def _revision(names: Sequence[str], *, root: Path) -> str | None:
    commit = git.head(root)
    if commit is None:
        return None
    return f"{commit}-dirty" if git.changed_files(root).intersection(names) else commit


def _error(faults: Sequence[_UnreadableError], manifest: Manifest, path: Path) -> ManifestError:
    """Return one error for all ``faults``, in the manifest's order, with lines where they can be told."""
    located = read_yaml(path, error=ManifestError) if path.is_file() else None
    order = {component.key: index for index, component in enumerate(manifest.components)}
    ordered = sorted(faults, key=lambda fault: order[fault.key])
    said = [(_where(f, order[f.key], located, path), f"component {f.key!r}: {f.problem}") for f in ordered]
    (where, problem), *rest = said
    return ManifestError(
        problem,
        where=where,
        fix=ordered[0].fix or "correct the component's `path`, `include` or `digest`, or put the files there",
        details=tuple(f"{at} {text}" for at, text in rest[: MAX_PROBLEMS - 1]),
    )


def _where(fault: _UnreadableError, index: int, located: Located | None, path: Path) -> str:
    return located.where(("components", index, fault.field)) if located is not None else str(path)
