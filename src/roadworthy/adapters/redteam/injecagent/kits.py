"""Reads the tools of an InjecAgent, and what those of attackers answer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from roadworthy.adapters.redteam.injecagent.text import FIX, objects, written
from roadworthy.core.errors import ConfigError

_TOOLS = ("tools.json", "final_tools.json")
"""Files that define tools, the first that is there: toolkits as they are published, or the list that copies make."""

_PREFIXES = ("name_for_model", "toolkit")
"""What goes before the name of a toolkit's tool in the cases."""


def tools_named(folder: Path, *, named: set[str]) -> tuple[dict[str, Any], ...]:
    """Return the definitions of the tools that are ``named``, sorted, from the file of tools in ``folder``.

    Raises:
        ConfigError: If one is not defined, or the file is not what it should be.
    """
    path = next((folder / name for name in _TOOLS if (folder / name).is_file()), folder / _TOOLS[0])
    found: dict[str, dict[str, Any]] = {}
    for kit in objects(path):
        if not isinstance(kit.get("tools", []), list):
            raise ConfigError("the `tools` of a toolkit are not a list", where=str(path), fix=FIX)
        for tool in kit.get("tools", [kit]):
            for name in _names(tool, kit) if isinstance(tool, dict) else ():
                if name in named:
                    found.setdefault(name, {**tool, "name": name})
    missing = sorted(named - set(found))
    if missing:
        raise ConfigError(f"no tool {missing[0][:80]!r} is defined", where=str(path), fix=FIX)
    return tuple(found[name] for name in sorted(found))


def _names(tool: Mapping[str, Any], kit: Mapping[str, Any]) -> list[str]:
    """Return what the cases can call a tool: its toolkit's name and its own, or the whole in one."""
    own = tool.get("name", tool.get("tool_name"))
    before = [kit[key] for key in _PREFIXES if isinstance(kit.get(key), str)]
    return [f"{one}{own}" for one in (*before, "")] if isinstance(own, str) else []


def stated_answers(folder: Path, *, named: set[str]) -> dict[str, str]:
    """Return the first answer of each tool that is ``named``, where ``folder`` states answers.

    Its file names each by ``(TOOL,{arguments})``.

    Raises:
        ConfigError: If the file is not what it should be.
    """
    path = folder / "attacker_simulated_responses.json"
    found: dict[str, str] = {}
    said = written(path) if path.is_file() else {}
    if not isinstance(said, dict):
        raise ConfigError("it is not an object of answers", where=str(path), fix=FIX)
    for call, answer in said.items():
        tool = call.removeprefix("(").partition(",")[0].strip()
        if tool in named and isinstance(answer, str):
            found.setdefault(tool, answer)
    return found
