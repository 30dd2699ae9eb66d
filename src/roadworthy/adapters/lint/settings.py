"""``.roadworthy-lint.yaml``: what is let be, what is left out, and where a team's own rules lie."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import ClassVar

from pydantic import TypeAdapter

from roadworthy.adapters.manifest.load import is_inside
from roadworthy.adapters.yaml_source import Located, read_yaml, validated
from roadworthy.core.errors import ConfigError
from roadworthy.core.subject import STRICT
from roadworthy.lint.model import Suppression
from roadworthy.lint.suppressions import MIN_REASON_CHARACTERS

SETTINGS_NAME = ".roadworthy-lint.yaml"
_FIX = "see docs/how-to/lint-a-repository.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Files that are not looked at.

    Raises:
        ValueError: If the reason is none.
    """

    __pydantic_config__: ClassVar = STRICT

    path: str
    """Glob."""

    reason: str

    def __post_init__(self) -> None:
        _require_reason(self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paths:
    __pydantic_config__: ClassVar = STRICT

    exclude: tuple[Exclusion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Suppressed:
    __pydantic_config__: ClassVar = STRICT

    rule: str
    path: str
    reason: str
    until: date

    def __post_init__(self) -> None:
        _require_reason(self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    __pydantic_config__: ClassVar = STRICT

    suppressions: tuple[_Suppressed, ...] = ()
    paths: _Paths = _Paths()
    rules: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LintSettings:
    """What a repository says about how it is linted."""

    suppressions: tuple[Suppression, ...] = ()
    excluded: tuple[Exclusion, ...] = field(default=())
    rules: Path | None = None
    """Folder of the team's own rules."""


def read_settings(root: Path) -> LintSettings:
    """Read the settings of the repository in ``root``; where there are none, nothing is let be.

    Raises:
        ConfigError: If they do not read: a suppression without a reason or a last day among them.
    """
    path = root / SETTINGS_NAME
    if not path.exists():
        return LintSettings()
    located = replace(read_yaml(path, error=ConfigError), path=Path(SETTINGS_NAME))
    said = validated(TypeAdapter(_File), located, error=ConfigError, fix=_FIX)
    if said.rules is not None and not is_inside(said.rules):
        where = located.where(("rules",))
        raise ConfigError(f"{said.rules[:200]!r} is not a folder of the repository", where=where, fix=_FIX)
    return LintSettings(
        suppressions=tuple(_suppression(one, number, located) for number, one in enumerate(said.suppressions)),
        excluded=said.paths.exclude,
        rules=None if said.rules is None else root / said.rules,
    )


def _suppression(one: _Suppressed, number: int, located: Located) -> Suppression:
    line, _ = located.position(("suppressions", number))
    return Suppression(
        rule=one.rule, reason=one.reason, until=one.until, path=one.path, place=f"{SETTINGS_NAME}:{line}"
    )


def _require_reason(reason: str) -> None:
    if len(reason.strip()) < MIN_REASON_CHARACTERS:
        raise ValueError(f"`reason` must say why in {MIN_REASON_CHARACTERS} characters or more, got {reason[:40]!r}")
