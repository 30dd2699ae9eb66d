"""The settings of a file that are a guard's, where other things are set in the same file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roadworthy.lint.ports import SourceFile
from roadworthy.lint.settings import Setting, settings_in

_NAMED = re.compile(r"(?i)guard|(?:^|[/_.-])rails?(?:[/_.-]|$)|moderation|content[_-]?filter")
_SECTIONS = frozenset({"guardrails", "guardrail", "guards", "guard", "rails", "rail", "guard_policy", "moderation"})


def is_guard_file(file: SourceFile) -> bool:
    """Return whether a file is a guard policy as a whole: its name says so."""
    return _NAMED.search(file.path) is not None


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
