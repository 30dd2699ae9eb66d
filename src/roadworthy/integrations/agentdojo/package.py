"""Finds the user's copy of AgentDojo and takes its suites out of it. Only this module imports it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from roadworthy.core.errors import ConfigError

NEWEST = ""
"""For a version: the newest that the copy has."""

_LOADER = "agentdojo.task_suite.load_suites"
_INSTALL = (
    "install it beside Roadworthy (`pip install agentdojo`), or name the folder of a copy whose needs are installed"
)


def suites(folder: Path | None = None, *, version: str = NEWEST) -> tuple[str, dict[str, Any]]:
    """Return a version of the benchmark and its suites by name.

    Args:
        folder: That holds the package ``agentdojo`` (or its ``src``); None: what Python finds.
        version: Such as ``v1.2``; empty: the newest.

    Raises:
        ConfigError: If there is no copy, it cannot be imported, or it has no such version.
    """
    with _importable(folder):
        loader = _imported(_LOADER, folder=folder)
    known: dict[str, dict[str, Any]] = {name: found for name, found in loader._SUITES.items() if found}
    newest = max(known, key=_numbers, default="")
    wanted = version or newest
    if wanted not in known:
        raise ConfigError(
            f"this AgentDojo has no version {wanted[:40]!r} of the benchmark",
            where="--version",
            fix=f"use one of {', '.join(sorted(known, key=_numbers))}",
        )
    return wanted, dict(sorted(known[wanted].items()))


def operators_prompt() -> str:
    """Return the prompt that the benchmark gives to models, in the copy that `suites` found; empty: it has none."""
    try:
        return str(_imported("agentdojo.agent_pipeline.agent_pipeline", folder=None).load_system_message(None))
    except (ConfigError, AttributeError, OSError):
        return ""


def attack_text(goal: str) -> str:
    """Return the text that the benchmark plants for ``goal`` in its strongest fixed attack.

    Raises:
        ConfigError: If the copy has no such attack.
    """
    attack = _imported("agentdojo.attacks.important_instructions_attacks", folder=None)
    try:
        kind = attack.ImportantInstructionsAttack
        said = kind._JB_STRING.format(goal=goal, user="Emma Johnson", model="AI assistant")
    except (AttributeError, KeyError) as error:
        raise ConfigError(
            "this AgentDojo has no attack `important_instructions` as it is known here",
            where="agentdojo.attacks",
            fix="use a release of AgentDojo from 0.1.30 on",
        ) from error
    return str(said)


def module(name: str) -> Any:
    """Return a module of the copy, such as ``functions_runtime``.

    Raises:
        ConfigError: If it has none.
    """
    return _imported(f"agentdojo.{name}", folder=None)


def _imported(name: str, *, folder: Path | None) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        missing = (error.name or "agentdojo").split(".")[0]
        problem = (
            "AgentDojo is not installed" if missing == "agentdojo" else f"AgentDojo needs {missing!r}, which is missing"
        )
        raise ConfigError(problem, where=str(folder or "agentdojo"), fix=_INSTALL) from error


@contextmanager
def _importable(folder: Path | None) -> Iterator[None]:
    if folder is None:
        yield
        return
    found = next((one for one in (folder, folder / "src", folder.parent) if (one / "agentdojo").is_dir()), None)
    if found is None:
        raise ConfigError(
            "the folder holds no package `agentdojo`", where=str(folder), fix="name the folder that `agentdojo` is in"
        )
    sys.path.insert(0, str(found.resolve()))
    try:
        yield
    finally:
        sys.path.remove(str(found.resolve()))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.lstrip("v").split(".") if part.isdigit())
