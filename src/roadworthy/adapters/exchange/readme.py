"""Reads and writes a ``README.md`` with YAML front matter, as model hubs keep their cards.

Values keep their meaning: ``no`` is Norwegian and ``2026-01-02`` a text, as in YAML 1.2. Comments inside the
front matter are not kept; the text below it is kept to the character.
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from roadworthy.adapters.yaml_source import parse_yaml
from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError
from roadworthy.evidence.exchange.cards.page import Page

MAX_BYTES = 16 * 1024 * 1024
_FENCE = re.compile(r"---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)


def read_page(path: Path) -> Page | None:
    """Read a card; None where there is no file.

    Raises:
        ConfigError: If it cannot be read, is too large, or its front matter is no YAML mapping.
    """
    if not path.exists():
        return None
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the card cannot be read: {error}", where=str(path), fix="check the file") from error
    if len(content) > MAX_BYTES:
        raise ConfigError(f"the card is larger than {MAX_BYTES} bytes", where=str(path), fix="shorten it")
    found = _FENCE.match(text)
    if found is None:
        return Page(front={}, body=text)
    return Page(front=_front(found.group(1), path), body=text[found.end() :])


def _front(text: str, path: Path) -> dict[str, JsonValue]:
    value = parse_yaml(text, path=path, error=ConfigError).data
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ConfigError(
            "the front matter is not a mapping", where=str(path), fix="mend the part between the first two lines of ---"
        )
    return value


def page_bytes(page: Page) -> bytes:
    """Return a card as the bytes of its file."""
    front = yaml.safe_dump(page.front, sort_keys=False, allow_unicode=True, width=10_000) if page.front else ""
    text = f"---\n{front}---\n{page.body}" if front else page.body
    return text.encode("utf-8")
