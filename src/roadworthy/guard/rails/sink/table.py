"""CSV that a spreadsheet opens: cells that begin as a formula does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roadworthy.guard.rails.rail import Triggers
from roadworthy.guard.rails.sink.grammar import Grammar, encoded
from roadworthy.guard.verdict import Detection

_BLANKS = 64
_NUMBER_CHARS = 40
_FORMULA = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_SPACE = '\\x00-\\x20\\x7f\x85\xa0"\u200b\u200c\u200d\u2060\ufeff'
_CELL = re.compile(rf"(?:\A|[,;|\t\r\n]|[{_SPACE}]{{{_BLANKS}}})[{_SPACE}]{{0,{_BLANKS}}}(?P<formula>[{_FORMULA}])")
_NUMBER = re.compile(r"[+-][0-9]{1,15}(?:[.,][0-9]{1,15})?%?(?=[,;|\t\r\n\" ]|\Z)")


def csv_cells() -> Grammar:
    """Return how a spreadsheet reads cells, whichever separator its locale has.

    A cell that begins with ``= + - @`` (or a full-width one), after spaces and quotes, is a formula, unless it is a
    plain number. It gets an apostrophe, which makes it text. After very many blanks it counts as beginning a cell.

    Source:
        OWASP, CSV Injection; the separators are those of common locales.
    """

    def find(text: str) -> Iterator[Detection]:
        for match in _CELL.finditer(text):
            here = match.start("formula")
            if _NUMBER.match(text, here) is None:
                yield encoded("csv_formula", start=here, end=here + 1, replacement=f"'{text[here]}")

    triggers = Triggers(
        patterns=(
            r"(?:\A|[,;|\t\r\n]|\s\s)[\x00-\x20\x7f\x{85}\x{a0}\"\x{200b}-\x{200d}\x{2060}\x{feff}]*"
            r"[=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}]",
        ),
        unusual=True,
    )
    return Grammar(triggers=triggers, reach=2 * _BLANKS + _NUMBER_CHARS, find=find)
