"""Reads licence expressions: which licences they name, and whether these are known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from roadworthy.lint.licences.family import MODEL_LICENCES

_MAX_CHARACTERS = 500
_OWN = re.compile(r"(?i)(?:licenseref-|documentref-)[\w.-]+(?::licenseref-[\w.-]+)?")
_CLOSED = re.compile(
    r"(?i)proprietary|unlicensed|all rights reserved|commercial|closed|see license in .*"
    r"|licenseref-(?:proprietary|commercial|closed).*"
)
_USUAL_WORDS = """
    MIT Apache-2.0 BSD-2-Clause BSD-3-Clause ISC 0BSD Unlicense CC0-1.0 CC-BY-4.0 CC-BY-3.0 CC-BY-SA-4.0 CC-BY-SA-3.0
    CC-BY-NC-4.0 CC-BY-NC-SA-4.0 CC-BY-ND-4.0 CC-BY-NC-ND-4.0 MPL-2.0 GPL-2.0-only GPL-2.0-or-later GPL-3.0-only
    GPL-3.0-or-later LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later AGPL-3.0-only AGPL-3.0-or-later
    ODbL-1.0 ODC-By-1.0 CDLA-Permissive-2.0 PSF-2.0
"""
_USUAL = {licence.casefold(): licence for licence in _USUAL_WORDS.split()}
"""Read without the list, which takes longer to load than most repositories to check."""

_UNKNOWN = frozenset({"", "unknown", "other", "none", "noassertion", "n/a", "tbd", "todo", "?"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A licence expression, read.

    >>> read_expression("MIT OR Apache-2.0").alternatives
    (('MIT',), ('Apache-2.0',))
    """

    alternatives: tuple[tuple[str, ...], ...]
    """What one may choose between; all licences of the chosen one bind. Empty where nothing is known."""

    problem: str = ""
    """Why it is no SPDX expression; empty where it is one."""

    @property
    def licences(self) -> tuple[str, ...]:
        """Every licence that is named, in order."""
        return tuple(dict.fromkeys(key for chosen in self.alternatives for key in chosen))


def is_closed(text: str) -> bool:
    """Return whether an expression says that nothing is licensed to the public.

    >>> is_closed("Proprietary"), is_closed("MIT")
    (True, False)
    """
    return _CLOSED.fullmatch(text.strip()) is not None


def says_nothing(text: str) -> bool:
    """Return whether an expression leaves open what the licence is.

    >>> says_nothing("other"), says_nothing("MIT")
    (True, False)
    """
    return text.strip().casefold() in _UNKNOWN


@lru_cache(maxsize=512)
def read_expression(text: str) -> Expression:
    """Return what an expression names. SPDX ids are read whatever their case, as model hubs write them small.

    Source:
        SPDX 3.0.1, Annex B; the list of ids is the one that the `license-expression` package carries.

    >>> read_expression("apache-2.0").licences, read_expression("do what you like").problem
    (('Apache-2.0',), "'do what you like' is no SPDX licence expression")
    """
    stated = text.strip()
    if len(stated) > _MAX_CHARACTERS:
        return Expression(alternatives=(), problem=f"a text of {len(stated)} characters is no SPDX licence expression")
    model_licence = MODEL_LICENCES.get(stated.casefold())
    if model_licence is not None:
        return Expression(alternatives=((model_licence,),), problem=f"{stated!r} is not on the SPDX list")
    usual = _USUAL.get(stated.casefold())
    if usual is not None:
        return Expression(alternatives=((usual,),))
    if _OWN.fullmatch(stated):
        return Expression(alternatives=((stated,),))
    return _parsed(stated)


def _parsed(stated: str) -> Expression:
    from license_expression import ExpressionError  # type: ignore[import-untyped]  # it brings no types

    bad = Expression(alternatives=(), problem=f"{stated[:80]!r} is no SPDX licence expression")
    licensing = _licensing()
    try:
        tree = licensing.parse(stated)
    # The parser beneath raises its own errors for what is no expression at all.
    except (ExpressionError, ValueError, TypeError, AttributeError, IndexError):
        return bad
    if tree is None:
        return bad
    unknown = [key for key in licensing.unknown_license_keys(tree) if _OWN.fullmatch(key) is None]
    return bad if unknown else Expression(alternatives=_alternatives(tree, licensing))


@lru_cache(maxsize=1)
def _licensing() -> Any:
    # Its list of licences takes longer to load than most repositories to check.
    from license_expression import get_spdx_licensing

    return get_spdx_licensing()


def _alternatives(tree: Any, licensing: Any) -> tuple[tuple[str, ...], ...]:
    if isinstance(tree, licensing.OR):
        return tuple(chosen for part in tree.args for chosen in _alternatives(part, licensing))
    if isinstance(tree, licensing.AND):
        found: tuple[tuple[str, ...], ...] = ((),)
        for part in tree.args:
            found = tuple(before + after for before in found for after in _alternatives(part, licensing))[:64]
        return found
    return ((str(tree),),)
