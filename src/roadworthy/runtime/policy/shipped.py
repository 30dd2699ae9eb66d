"""Which packs come with the product, and which of them suit the system of a repository."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from roadworthy.adapters.catalogues import load_regimes
from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.adapters.packs import PackFolders, shipped_packs
from roadworthy.core.digest import JsonValue
from roadworthy.gates.facts import risk_facts
from roadworthy.policy.model import Layer, Pack
from roadworthy.policy.suiting import Fit, suiting
from roadworthy.risk.answers import Answers, answered
from roadworthy.risk.facts import named_facts
from roadworthy.runtime.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Suited:
    """How a shipped pack and the system of a repository go together."""

    in_use: bool
    """Whether the manifest names it."""

    fit: Fit
    reason: str
    """One clause: the facts that were read, or which one is not stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedPack:
    """A pack that comes with the product."""

    name: str
    version: str
    layer: Layer
    title: str
    controls: int
    rules: int
    tightens: int
    """Rules of other packs that it makes stricter."""

    suits: str
    """The condition that says for which systems it is meant; empty: for every one."""

    here: Suited | None
    """None outside a repository."""


def list_shipped(workspace: Workspace | None) -> tuple[ShippedPack, ...]:
    """Return the packs that come with the product, wider layers first and by name.

    Questions that a wider *no* answers count as answered, and an empty list of markets as not
    stated. Neither an assessment nor the files of the release are needed.

    Args:
        workspace: Whose system they are held against; None where there is no manifest.

    Raises:
        ManifestError: If the manifest cannot be read.
    """
    source = PackFolders(Path())
    packs = sorted((source.load(name) for name in shipped_packs()), key=lambda pack: (pack.layer.rank, pack.name))
    if workspace is None:
        return tuple(_shipped(pack, None) for pack in packs)
    manifest = load_manifest(workspace.manifest_path)
    answers = answered(risk_facts(manifest), load_regimes())
    language = CelConditions()
    return tuple(
        _shipped(pack, _suited(pack, answers, language=language, in_use=pack.name in manifest.policy.packs))
        for pack in packs
    )


def _shipped(pack: Pack, here: Suited | None) -> ShippedPack:
    return ShippedPack(
        name=pack.name,
        version=pack.version,
        layer=pack.layer,
        title=pack.title,
        controls=len(pack.controls),
        rules=sum(len(control.rules) for control in pack.controls),
        tightens=len(pack.tighten),
        suits=pack.suits,
        here=here,
    )


def _suited(pack: Pack, answers: Answers, *, language: CelConditions, in_use: bool) -> Suited:
    facts: Mapping[str, JsonValue] = answers.facts
    found = suiting(pack, language, facts)
    if not pack.suits:
        reason = "it is meant for every system"
    elif found.fit is Fit.CANNOT_TELL:
        reason = found.obstacle
    else:
        reason = ", ".join(f"`{used.fact}` is {used.value}" for used in answers.used(named_facts(pack.suits)))
    return Suited(in_use=in_use, fit=found.fit, reason=reason)
