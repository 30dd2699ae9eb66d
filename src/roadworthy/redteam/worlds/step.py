"""A call that a model wants made, and plans of such calls."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from roadworthy.core.digest import JsonValue

_T = TypeVar("_T")
Steps: TypeAlias = Generator["Do", Any, _T]
"""Yields calls, is sent the result of each as the model may see it, and returns something."""


class RefusedError(Exception):
    """The guard refused the call that a plan has just asked for; the text is what the model is told instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Do:
    """A call that is wanted: a tool and its arguments, as JSON."""

    tool: str
    arguments: Mapping[str, Any]


def do(tool: str, /, **arguments: JsonValue) -> Do:
    """Return a call of ``tool``.

    >>> do("read_file", name="plan.txt").arguments
    {'name': 'plan.txt'}
    """
    return Do(tool=tool, arguments=arguments)
