"""Reads InjecAgent's files: cases with a tool's answer in which an instruction is planted, and the tools."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from roadworthy.core.errors import ConfigError

PLACEHOLDER = "<Attacker Instruction>"
"""Where the instruction stands in a tool's answer."""

MAX_BYTES = 64_000_000
"""Longest file that is read."""

MAX_CASES = 50_000
_MAX_ARGUMENTS = 100_000

Setting = Literal["base", "enhanced"]
_FIX = "name the folder `data` of your copy of InjecAgent"
_NEEDED = ("User Tool", "User Instruction", "Attacker Instruction", "Attacker Tools")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a user asks for: one call of one tool, and what that tool answers."""

    instruction: str
    tool: str
    arguments: dict[str, Any] = field(repr=False)
    answer: str = field(repr=False)
    """With `PLACEHOLDER` where others can write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an attacker wants: calls of these tools, all of them."""

    instruction: str
    """As it is planted."""

    tools: tuple[str, ...]
    kind: str
    """As the file names it, such as ``Financial Harm``."""

    steals: bool
    """Whether data is to leave: the first tool reads it, the last sends it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """All that a folder holds."""

    asked: tuple[Asked, ...]
    wanted: tuple[Wanted, ...]
    tools: tuple[dict[str, Any], ...]
    """Definitions, of every tool that a case names and of no other."""


def read_cases(folder: Path, *, setting: Setting = "base") -> Cases:
    """Return the cases in ``folder``.

    Args:
        folder: With ``tools.json`` and ``test_cases_dh_base.json``, ``test_cases_ds_base.json`` (or ``_enhanced``).
            Where these are not there, ``user_cases.jsonl`` and ``attacker_cases_dh.jsonl``, ``…_ds.jsonl``.
        setting: ``enhanced``: the planted text says to ignore all else.

    Raises:
        ConfigError: If files are missing or are not what they should be.
    """
    records = list(islice(_records(folder, setting=setting), MAX_CASES + 1))
    if len(records) > MAX_CASES:
        raise ConfigError(f"there are more than {MAX_CASES:,} cases", where=str(folder), fix="split them")
    if not records:
        raise ConfigError("the folder holds no cases of InjecAgent", where=str(folder), fix=_FIX)
    asked: dict[tuple[str, str], Asked] = {}
    wanted: dict[str, Wanted] = {}
    for steals, record in records:
        one = _asked(record)
        asked.setdefault((one.tool, one.instruction), one)
        goal = _wanted(record, steals=steals)
        wanted.setdefault(goal.instruction, goal)
    named = {one.tool for one in asked.values()} | {tool for one in wanted.values() for tool in one.tools}
    tools = _tools(folder / "tools.json", named=named)
    return Cases(asked=tuple(asked.values()), wanted=tuple(wanted.values()), tools=tools)


def _records(folder: Path, *, setting: Setting) -> Iterator[tuple[bool, dict[str, Any]]]:
    found = False
    for short, steals in (("dh", False), ("ds", True)):
        path = folder / f"test_cases_{short}_{setting}.json"
        if path.is_file():
            found = True
            for record in _list(_json(path), where=str(path)):
                yield steals, _checked(record, where=str(path))
    users = folder / "user_cases.jsonl"
    if found or setting != "base" or not users.is_file():
        return
    user_records = _lines(users)
    for short, steals in (("dh", False), ("ds", True)):
        path = folder / f"attacker_cases_{short}.jsonl"
        for attacker in _lines(path) if path.is_file() else ():
            for user in user_records:
                yield steals, _checked(user | attacker, where=str(path))


def _checked(record: dict[str, Any], *, where: str) -> dict[str, Any]:
    missing = [name for name in _NEEDED if name not in record]
    if missing:
        raise ConfigError(f"a case has no {missing[0]!r}", where=where, fix=_FIX)
    return record


def _asked(record: Mapping[str, Any]) -> Asked:
    answer = _said(record.get("Tool Response Template")) or _unquoted(_said(record.get("Tool Response")))
    if PLACEHOLDER not in answer:
        answer = answer.replace(str(record["Attacker Instruction"]), PLACEHOLDER)
    if PLACEHOLDER not in answer:
        answer = f"{answer} {PLACEHOLDER}"
    return Asked(
        instruction=str(record["User Instruction"]),
        tool=str(record["User Tool"]),
        arguments=_arguments(record.get("Tool Parameters", {})),
        answer=answer,
    )


def _wanted(record: Mapping[str, Any], *, steals: bool) -> Wanted:
    tools = record["Attacker Tools"]
    if not isinstance(tools, list) or not tools or not all(isinstance(one, str) for one in tools):
        raise ConfigError("`Attacker Tools` is not a list of names", where="Attacker Tools", fix=_FIX)
    said = str(record["Attacker Instruction"])
    answer, template = _said(record.get("Tool Response")), _said(record.get("Tool Response Template"))
    planted = next((one for one in (_as_planted(each, template) for each in (answer, _unquoted(answer))) if one), said)
    return Wanted(
        instruction=planted,
        tools=tuple(tools),
        kind=str(record.get("Attack Type", "")),
        steals=steals,
    )


def _as_planted(answer: str, template: str) -> str:
    """Return what stands in ``answer`` where ``template`` has a place for it; empty: they do not fit.

    In the enhanced setting that is more than the instruction.
    """
    head, found, tail = template.partition(PLACEHOLDER)
    if found and answer.startswith(head) and answer.endswith(tail) and len(answer) >= len(head) + len(tail):
        return answer[len(head) : len(answer) - len(tail)]
    return ""


def _unquoted(answer: str) -> str:
    """Return an answer without the quotes around it: the made-up test cases hold it as text within text."""
    is_quoted = len(answer) >= 2 and answer[0] == answer[-1] == '"'
    return answer[1:-1].replace('\\"', '"') if is_quoted else answer


def _said(value: Any) -> str:
    """Return text as it is, and what some copies hold as an object as JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else ""


def _arguments(said: Any) -> dict[str, Any]:
    """Return arguments that stand as an object, as JSON text or as Python writes it."""
    if isinstance(said, dict):
        return said
    text = str(said)
    for read in (json.loads, ast.literal_eval) if len(text) <= _MAX_ARGUMENTS else ():
        try:
            found = read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(found, dict):
            return {str(name): value for name, value in found.items()}
    raise ConfigError(f"`Tool Parameters` is no object: {text[:60]!r}", where="Tool Parameters", fix=_FIX)


def _tools(path: Path, *, named: set[str]) -> tuple[dict[str, Any], ...]:
    found: dict[str, dict[str, Any]] = {}
    for kit in _list(_json(path), where=str(path)):
        for tool in _list(kit.get("tools", []), where=str(path)):
            for prefix in (kit.get("toolkit"), kit.get("name_for_model"), ""):
                name = f"{prefix or ''}{tool.get('name', '')}"
                if name in named:
                    found.setdefault(name, {**tool, "name": name})
    missing = sorted(named - set(found))
    if missing:
        raise ConfigError(f"no tool {missing[0][:80]!r} is defined", where=str(path), fix=_FIX)
    return tuple(found[name] for name in sorted(found))


def _json(path: Path) -> Any:
    try:
        return json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path.name} is not JSON", where=str(path), fix=_FIX) from error


def _lines(path: Path) -> list[dict[str, Any]]:
    found = []
    for number, line in enumerate(_text(path).splitlines(), start=1):
        if line.strip():
            try:
                found.append(json.loads(line))
            except (ValueError, RecursionError) as error:
                raise ConfigError("a line is not JSON", where=f"{path}:{number}", fix=_FIX) from error
    return _list(found, where=str(path))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ConfigError(f"{path.name} is longer than {MAX_BYTES:,} bytes", where=str(path), fix=_FIX)
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} cannot be read", where=str(path), fix=_FIX) from error


def _list(value: Any, *, where: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise ConfigError("it is not a list of objects", where=where, fix=_FIX)
    return value
