"""Writes YAML and Markdown in which a hostile text stays a text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass

import yaml

from roadworthy.core.digest import plain

_SAFE_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./()+,-]+)*\.?")
_WORDS_WITH_MEANING = frozenset(["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"])
_MARKS = re.compile(r"([\\`*_\[\]<>|#~])")
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f\u2028\u2029]+")


class _Dumper(yaml.SafeDumper):
    """Plain data only; a text that could read as anything else is quoted."""

    def ignore_aliases(self, data: object) -> bool:
        """Write what repeats again: an alias is one more thing to misread."""
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    is_plain = _SAFE_PLAIN.fullmatch(value) is not None and value.casefold() not in _WORDS_WITH_MEANING
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if is_plain else '"')


_Dumper.add_representer(str, _text)


def yaml_of(records: object) -> str:
    """Return ``records`` as YAML; fields that say what is meant where they are left out are left out.

    >>> print(yaml_of([{"id": "a/b", "why": "!!python/object: yes"}]), end="")
    - id: a/b
      why: "!!python/object: yes"
    """
    return yaml.dump(
        plain(_terse(records)),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=110,
        default_flow_style=False,
    )


def _terse(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _terse(getattr(value, field.name))
            for field in fields(value)
            if field.name == "kind" or not _is_default(field, getattr(value, field.name))
        }
    if isinstance(value, Mapping):
        return {key: _terse(one) for key, one in value.items()}
    return [_terse(one) for one in value] if isinstance(value, list | tuple) else value


def _is_default(field: Field[object], value: object) -> bool:
    if field.default is not MISSING:
        return bool(value == field.default)
    return field.default_factory is not MISSING and bool(value == field.default_factory())


def shown(text: str, *, most: int = 200) -> str:
    r"""Return ``text`` for a cell of a Markdown table: on one line, its marks without effect, cut by bytes.

    >>> shown("a | <b> `c`"), shown("x" * 9, most=6)
    ('a \\| \\<b\\> \\`c\\`', 'xxx…')
    """
    line = _BREAKS.sub(" ", text).strip()
    if len(line.encode()) > most:
        line = line.encode()[: most - 3].decode(errors="ignore").rstrip() + "…"
    return _MARKS.sub(r"\\\1", line)
