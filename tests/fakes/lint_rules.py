"""Asks one shipped lint rule of files that are given, as the engine asks it."""

from __future__ import annotations

from datetime import date
from functools import cache

from roadworthy.adapters.lint.memory import FilesRepository
from roadworthy.adapters.lint.rules import read_rules
from roadworthy.adapters.lint.source import HeldBytes
from roadworthy.lint.engine import Engine
from roadworthy.lint.model import Finding


@cache
def _engine(rule_id: str) -> Engine:
    rules = [
        rule
        for rule in read_rules()
        if rule.id == rule_id or (rule_id.endswith("/*") and rule.id.startswith(rule_id[:-1]))
    ]
    assert rules, f"no rule is called {rule_id}"
    return Engine(rules)


def findings_of(rule_id: str, files: dict[str, str | bytes]) -> tuple[Finding, ...]:
    """What the rule, or with ``area/*`` all of an area, finds in ``files``."""
    contents = {path: HeldBytes(text.encode() if isinstance(text, str) else text) for path, text in files.items()}
    return _engine(rule_id).check(FilesRepository(contents), today=date(2026, 11, 21)).findings
