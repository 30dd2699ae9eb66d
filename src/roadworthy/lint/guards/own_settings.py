"""The settings of a file that are a guard's, where other things are set in the same file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from roadworthy.lint.ports import SourceFile
from roadworthy.lint.settings import Setting, settings_in

_NAMED = re.compile(r"(?i)guard|(?:^|[/_.-])rails?(?:[/_.-]|$)|moderation|content[_-]?filter")
_SECTIONS = frozenset({"guardrails", "guardrail", "guards", "guard", "rails", "rail", "guard_policy", "moderation"})


def is_guard_file(file: SourceFile) -> bool:
    """Return whether a file is a guard policy as a whole: its name says so."""
    return _NAMED.search(file.path) is not None


def own_policy(file: SourceFile) -> dict[str, Any] | None:
    """Return a policy in Roadworthy's own form; None where the file is none."""
    if "roadworthy/guard-" not in file.text:
        return None
    parsed = file.parsed()
    data = parsed.data if parsed is not None else None
    is_own = isinstance(data, dict) and str(data.get("schema", "")).startswith("roadworthy/guard-")
    return data if is_own else None


def own_rules(policy: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rules of a policy in Roadworthy's own form, those that are none left out."""
    rules = policy.get("rules")
    return [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []


def guard_settings(file: SourceFile, *keys: str) -> Iterator[Setting]:
    """Yield the settings called one of ``keys`` that are the guard's.

    In a guard policy that is all of them; in a file that holds a section on guards, those of that section; and in
    a file of the release under another name, what stands at its top as well.
    """
    is_whole, is_of_release = is_guard_file(file), bool(file.component)
    for setting in settings_in(file, *keys):
        inside = _SECTIONS & set(setting.owner.lower().replace("-", "_").split("."))
        if is_whole or inside or (is_of_release and not setting.owner):
            yield setting
