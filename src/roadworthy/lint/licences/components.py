"""Detectors of licences of the manifest's components: absent, unclear, or at odds with what is done with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from roadworthy.inventory.model import FileComponent, HostedModel
from roadworthy.lint.licences.compatibility import Binds, Conflicts, Undecided, compatibility
from roadworthy.lint.licences.expression import is_closed, read_expression, says_nothing
from roadworthy.lint.licences.family import Family, family_of
from roadworthy.lint.licences.stated import card_licence, cards_of, same_licence, whole_licence
from roadworthy.lint.model import FileKind, Hit
from roadworthy.lint.ports import Repository

_FROM_OTHERS = frozenset({"model", "adapter", "dataset", "index", "library"})
_JOINED = frozenset({"model", "adapter", "library"})
"""Components that are passed on with the whole. Data is read, not linked: other rules look at it."""

_RESULTS: dict[str, type[Conflicts] | type[Binds] | type[Undecided]] = {
    "conflicts": Conflicts,
    "binds": Binds,
    "undecided": Undecided,
}
_NAMES_MAKERS = re.compile(r"(?i)(?:^|/)(?:notice|attribution|credits|third[-_]?party|acknowledg\w*|citation)[\w.-]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Licensed:
    """A component with its place in the manifest."""

    component: FileComponent | HostedModel
    line: int
    licence: str

    def hit(self, said: str) -> Hit:
        return Hit(path="roadworthy.yaml", line=self.line, said=said, subject=self.component.key)


def _components(repository: Repository, *types: str) -> Iterator[_Licensed]:
    manifest = repository.manifest
    for index, one in enumerate(manifest.components if manifest is not None else ()):
        if isinstance(one, FileComponent | HostedModel) and (not types or one.type in types):
            yield _Licensed(
                component=one, line=repository.manifest_line(("components", index)), licence=(one.licence or "").strip()
            )


def unstated(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield components of the parameter ``types`` whose licence is not stated."""
    for one in _components(repository, *parameters["types"]):
        if says_nothing(one.licence):
            told = "is not stated" if not one.licence else f"is {one.licence!r}, which says nothing"
            yield one.hit(f"the licence of {one.component.type} {one.component.key!r} {told}")


def not_spdx(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield licences that are neither SPDX expressions nor known names of model licences."""
    for one in _components(repository):
        read = read_expression(one.licence)
        if not says_nothing(one.licence) and not is_closed(one.licence) and not read.alternatives:
            yield one.hit(f"the licence of {one.component.key!r} cannot be read: {read.problem}")


def of_family(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield components from others under a licence of the parameter ``family``, whichever alternative is chosen."""
    wanted = Family(parameters["family"])
    for one in _components(repository, *_FROM_OTHERS, "hosted_model"):
        found = _bound_by(one.licence, wanted)
        if found and (wanted is not Family.NO_DERIVATIVES or _is_changed(one.component)):
            yield one.hit(f"{one.component.type} {one.component.key!r} is under {found}: {parameters['so']}")


def _bound_by(licence: str, family: Family) -> str:
    alternatives = read_expression(licence).alternatives if licence else ()
    if not alternatives or not all(any(family_of(key) is family for key in chosen) for chosen in alternatives):
        return ""
    return next(key for key in alternatives[0] if family_of(key) is family)


def _is_changed(component: FileComponent | HostedModel) -> bool:
    return isinstance(component, FileComponent) and (
        component.type == "adapter" or component.role in {"train", "finetune"}
    )


def fit(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield components that do not fit the whole; ``result`` is ``conflicts``, ``binds`` or ``undecided``."""
    whole = whole_licence(repository)
    if whole is None or says_nothing(whole.licence):
        return
    wanted = _RESULTS[str(parameters["result"])]
    for one in _components(repository, *_JOINED):
        if says_nothing(one.licence) or same_licence(one.licence, whole.licence):
            continue
        result = compatibility(one.licence, whole=whole.licence)
        if isinstance(result, wanted):
            yield one.hit(f"{one.component.key!r} in a whole under {whole.licence[:60]}: {result.reason}")


def without_notice(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield models with use restrictions of which no licence or notice in the repository speaks."""
    for one in _components(repository, "model", "adapter"):
        found = _bound_by(one.licence, Family.USE_RESTRICTED)
        if found and not _is_spoken_of(repository, found):
            yield one.hit(f"{one.component.key!r} is under {found}, whose terms no licence or notice file passes on")


def _is_spoken_of(repository: Repository, licence: str) -> bool:
    word = re.split(r"[-+0-9]", licence)[0].casefold()
    word = "rail" if "rail" in licence.casefold() else word
    return any(word in file.text.casefold() for file in repository.of_kind(FileKind.LICENCE))


def without_attribution(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield data whose makers must be named, in a repository that names nobody."""
    if any(_NAMES_MAKERS.search(path) for path in repository.files):
        return
    for one in _components(repository, "dataset", "index", "model", "adapter"):
        found = _bound_by(one.licence, Family.ATTRIBUTION) or _bound_by(one.licence, Family.SHARE_ALIKE)
        if found:
            yield one.hit(f"{one.component.key!r} is under {found}, and no file names its makers")


def card_differs(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield cards that state another licence than the manifest."""
    for one in _components(repository, *_FROM_OTHERS):
        if says_nothing(one.licence) or not isinstance(one.component, FileComponent):
            continue
        for card in cards_of(repository, one.component):
            said = card_licence(card)
            if said is not None and not says_nothing(said.licence) and not same_licence(said.licence, one.licence):
                told = f"the card says {said.licence[:60]!r} and the manifest {one.licence[:60]!r}"
                yield Hit(path=said.path, line=said.line, said=told, subject=one.component.key)
