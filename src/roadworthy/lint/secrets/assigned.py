"""Values that are given to names like ``password`` and ``api_key``, and look as if nobody was to guess them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from roadworthy.lint.model import FileKind, Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.scan import place
from roadworthy.sensitive.pattern import compiled
from roadworthy.sensitive.secrets.assigned import is_secret
from roadworthy.sensitive.secrets.finder import SHAPED, secrets_in

_NAME = (
    r"(?:password|passwd|passphrase|pwd|secret|secret[_-]?key|client[_-]?secret|api[_-]?key|apikey|access[_-]?key"
    r"|private[_-]?key|auth[_-]?token|access[_-]?token|refresh[_-]?token|bearer[_-]?token|signing[_-]?key"
    r"|encryption[_-]?key|webhook[_-]?secret|token)"
)
_QUOTED = rf"(?i)({_NAME})[\"']?\]?\s{{0,8}}(?::\s*str\s*)?(?:=|:|=>|:=)\s{{0,8}}[\"']([^\"'\s\\]{{8,200}})[\"']"
_BARE = (
    rf"(?im)^\s*(?:export\s+|-\s+)?[A-Za-z0-9_.-]*({_NAME})\s{{0,4}}[:=]\s{{0,4}}"
    r"([^\s\"'#,;<>(){}\[\]]{8,200})\s*(?:#.*)?$"
)
_BARE_KINDS = frozenset([FileKind.ENVIRONMENT])
_BARE_SUFFIXES = (".ini", ".cfg", ".properties", ".yaml", ".yml", ".toml", ".env", ".conf")


def assigned(file: SourceFile, parameters: Mapping[str, Any]) -> Iterator[Hit]:
    """Yield values that are given to names of secrets and that look random; quoted, or bare in settings."""
    text = file.text
    bare = bool(file.kinds & _BARE_KINDS) or file.path.lower().endswith(_BARE_SUFFIXES)
    known = [(found.start, found.end) for found in secrets_in(text, SHAPED)]
    for shape in (_QUOTED, *((_BARE,) if bare else ())):
        for found in compiled(shape).finditer(text):
            name, value = found.group(1), found.group(2)
            start, end = found.span(2)
            # What is told by its shape is told once, by its own rule.
            before = text[max(0, found.start(1) - 16) : found.start(1)]
            if is_secret(name, value, before=before) and not any(start < to and end > at for at, to in known):
                line, column = place(text, start)
                said = f"a value of {len(value)} characters is written where a {_plain(name)} belongs"
                yield Hit(line=line, column=column, said=said, subject=_plain(name))


def _plain(name: str) -> str:
    return re.sub(r"[_-]+", " ", name).casefold()
