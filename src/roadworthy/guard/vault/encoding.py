"""Writes a value so that it says the same, and nothing more, where it is put back."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import quote

_MARKUP = re.compile(r"[\\`*_{}\[\]()<>#+!|~&-]")


def in_json(value: str) -> str:
    r"""Return ``value`` as it stands within a text of JSON, such as a tool's arguments.

    >>> print(in_json('Ana "Bell"'))
    Ana \"Bell\"
    """
    return json.dumps(value, ensure_ascii=False)[1:-1]


def in_html(value: str) -> str:
    """Return ``value`` as it stands in HTML, in text and in quoted attributes.

    >>> in_html("<Ana>")
    '&lt;Ana&gt;'
    """
    return html.escape(value)


def in_markdown(value: str) -> str:
    r"""Return ``value`` as it stands in Markdown, so that nothing in it is an image, a link or markup.

    >>> print(in_markdown("![a](b)"))
    \!\[a\]\(b\)
    """
    return _MARKUP.sub(r"\\\g<0>", value)


def in_address(value: str) -> str:
    """Return ``value`` as it stands in a part of an address.

    >>> in_address("ana@shop.test/?a=1")
    'ana%40shop.test%2F%3Fa%3D1'
    """
    return quote(value, safe="", errors="replace")
