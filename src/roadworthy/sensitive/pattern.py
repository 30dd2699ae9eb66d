"""Regular expressions whose time is linear in the text, whatever the pattern and the text."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2


@lru_cache(maxsize=1024)
def compiled(pattern: str, *, ignore_case: bool = False) -> Any:
    """Return ``pattern`` ready to search: RE2, whose time is linear in the text whatever the pattern.

    Raises:
        ValueError: If RE2 does not take it; look-around and back-references are not in it.

    >>> compiled("a+b").search("caab").group()
    'aab'
    """
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not ignore_case
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        message = error.args[0].decode("utf-8", "replace") if error.args else "not a pattern"
        raise ValueError(f"`pattern` is not an RE2 pattern: {message}") from None
