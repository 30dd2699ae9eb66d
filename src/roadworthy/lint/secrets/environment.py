"""Files of settings that hold secrets and belong on a machine, not among sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.sensitive.pattern import compiled

_PATTERN_NAME = re.compile(
    r"(?i)(?:^|[._-])(?:examples?|samples?|templates?|dist|defaults?|schema|tpl|test|ci)(?:$|[._-])"
)
_SECRET_LINE = (
    r"(?im)^[ \t]*(?:export[ \t]+)?[\"']?[A-Z0-9_.]*"
    r"(?:key|token|secret|password|passwd|pwd|dsn|database_url|credentials?)"
    r"[A-Z0-9_]*[\"']?\s*[:=]\s*[\"']?([^\s\"'#]{4,})"
)
_LEFT_OPEN = re.compile(
    r"(?i)^(?:\$|<|\{\{|%|changeme|change[-_]|your|xxx|example|placeholder|todo|none|null|true|false|\*{3})"
)


def environment(file: SourceFile, parameters: Mapping[str, Any]) -> Iterator[Hit]:
    """Yield the file, at its first line that gives a secret's name a value."""
    if _PATTERN_NAME.search(file.path.rpartition("/")[2]):
        return
    for found in compiled(_SECRET_LINE).finditer(file.text):
        if not _LEFT_OPEN.match(found.group(1)):
            yield Hit(line=file.text.count("\n", 0, found.start(1)) + 1)
            return
