"""Reads policy packs from folders: shipped ones by name, a team's own by path below a root."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import TypeAdapter

from roadworthy.adapters.pack_files.lists import caught, each, read_list, yaml_files
from roadworthy.adapters.pack_files.trial import read_trial
from roadworthy.adapters.signed_packs.lock import require_as_signed
from roadworthy.adapters.yaml_source import Located, Location, combined, read_text, read_yaml, validated
from roadworthy.core.clock import Day
from roadworthy.core.errors import PackError
from roadworthy.core.subject import STRICT
from roadworthy.policy.cases import Case
from roadworthy.policy.expectations import Trial
from roadworthy.policy.faults import Fault, Repair
from roadworthy.policy.model import Control, Layer, Pack, Tightening

MAX_SOURCES_BYTES = 1024 * 1024

_SHIPPED = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """``pack.yaml``: a pack without its controls."""

    __pydantic_config__: ClassVar = STRICT

    schema: Literal["roadworthy/pack/v1"]
    name: str
    version: str
    layer: Layer
    title: str
    owner: str
    licence: str
    tighten: tuple[Tightening, ...] = ()
    effective_on: Day | None = None
    status: Literal["proposed", "reviewed"] = "reviewed"
    reviewed_by: str = ""
    suits: str = ""


class PackFolders:
    """`PackSource` over folders.

    A pack is ``pack.yaml``, ``controls/*.yaml`` (each a list of controls), ``SOURCES.md``
    and, where it has them, ``cases/*.yaml``, ``faults/*.yaml`` and ``repairs/*.yaml``. It is
    read whole or refused with every problem.

    Args:
        root: Folder that paths of packs are relative to; nothing outside it is read.

    >>> PackFolders(Path(".")).load("base").layer
    <Layer.ORGANISATION: 'organisation'>
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def load(self, reference: str) -> Pack:
        """Return the pack named ``reference``: a shipped pack's name, or a folder below the root.

        Raises:
            PackError: With every problem found, each with its file and field.
        """
        if _is_shipped(reference):
            return _shipped_pack(reference)
        return _read_pack(self._own(reference))

    def cases(self, reference: str) -> tuple[Case, ...]:
        """Return the cases that the pack named ``reference`` ships; empty when it has none.

        Raises:
            PackError: With every problem found, each with its file and field.
        """
        return tuple(placed.case for placed in self.trial(reference).cases)

    def trial(self, reference: str) -> Trial:
        """Return the cases of the pack named ``reference`` with their places, its expectations and its survivors.

        Raises:
            PackError: With every problem found, each with its file and field.
        """
        with self._folder(reference) as folder:
            return read_trial(yaml_files(folder, "cases"))

    def faults(self, reference: str) -> tuple[Fault, ...]:
        """Return the seeded faults that the pack named ``reference`` ships; empty when it has none.

        Raises:
            PackError: With every problem found, each with its file and field; or an id that repeats.
        """
        with self._folder(reference) as folder:
            read = each(yaml_files(folder, "faults"), lambda file: read_list(file, _fault_adapter())[0])
            found = tuple(fault for faults in read for fault in faults)
        ids = [fault.id for fault in found]
        repeated = sorted({name for name in ids if ids.count(name) > 1})
        if repeated:
            raise PackError(
                f"faults repeat: {', '.join(repeated)}", where=f"{reference}/faults", fix="give each its own id"
            )
        return found

    def repairs(self, reference: str) -> tuple[Repair, ...]:
        """Return what the pack named ``reference`` puts right in a copy before faults are planted, in order.

        Raises:
            PackError: With every problem found, each with its file and field.
        """
        with self._folder(reference) as folder:
            read = each(yaml_files(folder, "repairs"), lambda file: read_list(file, _repair_adapter())[0])
            return tuple(repair for repairs in read for repair in repairs)

    @contextmanager
    def _folder(self, reference: str) -> Iterator[Path]:
        if _is_shipped(reference):
            with as_file(files("roadworthy.packs").joinpath(reference)) as folder:
                yield folder
            return
        yield self._own(reference)

    def _own(self, reference: str) -> Path:
        folder = self._root / reference
        # Resolving follows links, so a link that leads out is refused like `..`.
        if "\x00" in reference or not folder.resolve().is_relative_to(self._root.resolve()):
            raise PackError(
                f"pack {reference!r} lies outside {self._root.name or 'the root'}",
                where="policy.packs",
                fix="keep the pack's folder beside or below the manifest",
            )
        if not folder.is_dir():
            raise PackError(
                f"there is no pack {reference!r}",
                where="policy.packs",
                fix=f"name a shipped pack ({', '.join(shipped_packs())}) or a folder that holds a pack.yaml",
            )
        require_as_signed(folder)
        return folder


def shipped_packs() -> tuple[str, ...]:
    """Return the names of the packs that come with the product, sorted."""
    found = files("roadworthy.packs").iterdir()
    return tuple(sorted(entry.name for entry in found if entry.joinpath("pack.yaml").is_file()))


def _is_shipped(reference: str) -> bool:
    named = _SHIPPED.fullmatch(reference) is not None
    return named and files("roadworthy.packs").joinpath(reference, "pack.yaml").is_file()


@cache
def _shipped_pack(name: str) -> Pack:
    # What is installed does not change while the program runs, and reading it takes a tenth of a second.
    with as_file(files("roadworthy.packs").joinpath(name)) as folder:
        return _read_pack(folder)


def _read_pack(folder: Path) -> Pack:
    faults: list[PackError] = []
    header = caught(faults, lambda: _header(folder))
    caught(faults, lambda: _require_sources(folder))
    places: dict[str, str] = {}
    controls: list[Control] = []
    for file in caught(faults, lambda: yaml_files(folder, "controls")) or ():
        read = caught(faults, lambda file=file: read_list(file, _control_adapter()))  # type: ignore[misc]
        if read is not None:
            controls += read[0]
            faults += _repeated(*read, places=places)
    if faults:
        raise combined(faults)
    if header is None:
        raise PackError("the pack has no header", where=str(folder), fix="write pack.yaml")
    return _assembled(header, controls, folder=folder)


def _assembled(header: _Header, controls: Sequence[Control], *, folder: Path) -> Pack:
    try:
        return Pack(
            schema=header.schema,
            name=header.name,
            version=header.version,
            layer=header.layer,
            title=header.title,
            owner=header.owner,
            licence=header.licence,
            controls=tuple(controls),
            tighten=header.tighten,
            effective_on=header.effective_on,
            status=header.status,
            reviewed_by=header.reviewed_by,
            suits=header.suits,
        )
    except ValueError as error:
        raise PackError(str(error), where=str(folder), fix="correct the pack's files") from error


def _header(folder: Path) -> _Header:
    return validated(_header_adapter(), read_yaml(folder / "pack.yaml", error=PackError), error=PackError)


def _require_sources(folder: Path) -> None:
    path = folder / "SOURCES.md"
    fix = "write where each threshold and each link comes from, with edition and licence"
    if not path.is_file():
        raise PackError("the pack has no SOURCES.md", where=str(path), fix=fix)
    if not read_text(path, error=PackError, max_bytes=MAX_SOURCES_BYTES).strip():
        raise PackError("SOURCES.md is empty", where=str(path), fix=fix)


def _repeated(controls: Sequence[Control], located: Located, *, places: dict[str, str]) -> list[PackError]:
    """Return a fault for each control or rule whose id another file, or this one, has already."""
    faults = []
    for index, control in enumerate(controls):
        named: list[tuple[str, Location]] = [(f"control {control.id}", (index, "id"))]
        named += [(f"rule {rule.id}", (index, "rules", at, "id")) for at, rule in enumerate(control.rules)]
        for name, loc in named:
            where = located.where(loc)
            first = places.setdefault(name, where)
            if first != where:
                faults.append(PackError(f"{name} is defined twice, first at {first}", where=where, fix="rename one"))
    return faults


@cache
def _header_adapter() -> TypeAdapter[_Header]:
    return TypeAdapter(_Header)


@cache
def _control_adapter() -> TypeAdapter[tuple[Control, ...]]:
    return TypeAdapter(tuple[Control, ...])


@cache
def _fault_adapter() -> TypeAdapter[tuple[Fault, ...]]:
    return TypeAdapter(tuple[Fault, ...])


@cache
def _repair_adapter() -> TypeAdapter[tuple[Repair, ...]]:
    return TypeAdapter(tuple[Repair, ...])
