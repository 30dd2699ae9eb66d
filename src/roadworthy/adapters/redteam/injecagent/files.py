"""Reads InjecAgent's files: cases with a tool's answer in which an instruction is planted, and the tools."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from roadworthy.adapters.redteam.injecagent.kits import stated_answers, tools_named
from roadworthy.adapters.redteam.injecagent.text import FIX, literal, objects
from roadworthy.core.errors import ConfigError

PLACEHOLDER = "<Attacker Instruction>"
"""Where the instruction stands in a tool's answer."""

MAX_CASES = 50_000

Setting = Literal["base", "enhanced"]
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

    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What attackers' tools answer, by tool, where the folder states it."""


def read_cases(folder: Path, *, setting: Setting = "base") -> Cases:
    """Return the cases in ``folder``.

    Args:
        folder: With ``tools.json`` (or ``final_tools.json``) and ``test_cases_dh_base.json``,
            ``test_cases_ds_base.json`` (or ``_enhanced``), each a JSON list or one case a line. Where these are not
            there, ``user_cases.jsonl`` and ``attacker_cases_dh.jsonl``, ``…_ds.jsonl``. What attackers' tools answer
            is read from ``attacker_simulated_responses.json`` where that is there.
        setting: ``enhanced``: the planted text says to ignore all else.

    Raises:
        ConfigError: If files are missing or are not what they should be.
    """
    records = list(islice(_records(folder, setting=setting), MAX_CASES + 1))
    if len(records) > MAX_CASES:
        raise ConfigError(f"there are more than {MAX_CASES:,} cases", where=str(folder), fix="split them")
    if not records:
        raise _without_cases(folder, setting=setting)
    asked: dict[tuple[str, str, str], Asked] = {}
    wanted: dict[tuple[str, tuple[str, ...]], Wanted] = {}
    for steals, record in records:
        one = _asked(record)
        asked.setdefault((one.tool, one.instruction, repr(one.arguments)), one)
        goal = _wanted(record, steals=steals)
        wanted.setdefault((record["Attacker Instruction"], goal.tools), goal)
    named = {one.tool for one in asked.values()} | {tool for one in wanted.values() for tool in one.tools}
    return Cases(
        asked=tuple(asked.values()),
        wanted=tuple(wanted.values()),
        tools=tools_named(folder, named=named),
        answers=stated_answers(folder, named=named),
    )


def _without_cases(folder: Path, *, setting: Setting) -> ConfigError:
    others = sorted(path.name for path in folder.glob("test_cases_*"))[:5]
    there = f"; it has {', '.join(others)}" if others else ""
    return ConfigError(
        f"the folder holds no cases of InjecAgent's setting {setting}{there}", where=str(folder), fix=FIX
    )


def _records(folder: Path, *, setting: Setting) -> Iterator[tuple[bool, dict[str, Any]]]:
    found = False
    for short, steals in (("dh", False), ("ds", True)):
        path = folder / f"test_cases_{short}_{setting}.json"
        if path.is_file():
            found = True
            for number, record in enumerate(objects(path), start=1):
                yield steals, _checked(record, where=f"{path}, case {number}")
    users = folder / "user_cases.jsonl"
    if found or setting != "base" or not users.is_file():
        return
    user_records = objects(users)
    for short, steals in (("dh", False), ("ds", True)):
        path = folder / f"attacker_cases_{short}.jsonl"
        for number, attacker in enumerate(objects(path) if path.is_file() else (), start=1):
            for user in user_records:
                yield steals, _checked(user | attacker, where=f"{path}, case {number}")


def _checked(record: dict[str, Any], *, where: str) -> dict[str, Any]:
    missing = [name for name in _NEEDED if name not in record]
    if missing:
        raise ConfigError(f"a case has no {missing[0]!r}", where=where, fix=FIX)
    for name in ("User Tool", "User Instruction", "Attacker Instruction"):
        if not isinstance(record[name], str) or not record[name].strip():
            raise ConfigError(f"{name!r} of a case is no text: {str(record[name])[:60]!r}", where=where, fix=FIX)
    tools = literal(record["Attacker Tools"])
    if not isinstance(tools, list) or not tools or not all(isinstance(one, str) and one for one in tools):
        raise ConfigError("`Attacker Tools` is not a list of names", where=where, fix=FIX)
    arguments = literal(record.get("Tool Parameters") or {})
    if not isinstance(arguments, dict):
        raise ConfigError(f"`Tool Parameters` is no object: {str(arguments)[:60]!r}", where=where, fix=FIX)
    named = {str(name): value for name, value in arguments.items()}
    return {**record, "Attacker Tools": tools, "Tool Parameters": named}


def _asked(record: Mapping[str, Any]) -> Asked:
    answer = _said(record.get("Tool Response Template")) or _unquoted(_said(record.get("Tool Response")))
    if PLACEHOLDER not in answer:
        answer = answer.replace(record["Attacker Instruction"], PLACEHOLDER)
    if PLACEHOLDER not in answer:
        answer = f"{answer} {PLACEHOLDER}"
    return Asked(
        instruction=record["User Instruction"],
        tool=record["User Tool"],
        arguments=record["Tool Parameters"],
        answer=answer,
    )


def _wanted(record: Mapping[str, Any], *, steals: bool) -> Wanted:
    answer, template = _said(record.get("Tool Response")), _said(record.get("Tool Response Template"))
    planted = next((one for one in (_as_planted(each, template) for each in (answer, _unquoted(answer))) if one), "")
    return Wanted(
        instruction=planted or record["Attacker Instruction"],
        tools=tuple(record["Attacker Tools"]),
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
