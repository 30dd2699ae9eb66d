"""Detectors of rows that are broken, differ from one another, repeat or say nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.lint.datasets.rows import Row, Rows, rows_of
from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile

_TEXT_CHARACTERS = 20
"""A row with a text as long as this hardly occurs twice by chance."""

_FEW_ROWS = 50
_LABELS = re.compile(
    r"(?i)(?:y|labels?|class|category|target|outcome|verdict|decision|sentiment|intent|toxic|spam|approved|granted"
    r"|default(?:ed)?|churn(?:ed)?|fraud|is_[a-z]+|[a-z_]+_label)"
)
_BESIDE_THE_POINT = re.compile(
    r"(?i)source|licen[cs]e|split|lang(?:uage)?|locale|version|schema|role|kind|type|format|task|dataset|currency|unit|year|country|region"
)
_WORDS = re.compile(r"\w+")


def broken_rows(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield files with lines that are no rows, one finding for each file."""
    found = rows_of(file)
    # Where most lines of a table do not fit the first, that one is no header.
    if found.broken and not (found.is_table and len(found.broken) > len(found.rows)):
        first = found.broken[0]
        others = f", and {len(found.broken) - 1} more lines" if len(found.broken) > 1 else ""
        yield Hit(line=first.line, said=f"line {first.line} {first.problem}{others}", subject="broken")


def no_rows(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield data files without a row."""
    found = rows_of(file)
    if found.is_read and not found.rows and not found.broken and not found.cut_off:
        yield Hit(said="the data file has no rows", subject="empty")


def types_differ(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield columns whose values are of one type in most rows and of another in few. Tables hold texts alone."""
    found = rows_of(file)
    if found.is_table:
        return
    for column in _columns(found):
        kinds: Counter[str] = Counter()
        first: dict[str, int] = {}
        for row in found.rows:
            kind = _kind(row.values.get(column))
            if kind:
                kinds[kind] += 1
                first.setdefault(kind, row.line)
        if len(kinds) == 2:
            (usual, often), (odd, seldom) = kinds.most_common()
            if seldom * 20 <= often:
                said = f"column {column[:60]!r} is {odd} here and {usual} in {often} other rows"
                yield Hit(line=first[odd], said=said, subject=column[:60])


def columns_missing(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield columns that few rows lack, or that few rows have: most often a slip of the pen."""
    found = rows_of(file)
    count = len(found.rows)
    if found.is_table or count < 20:
        return
    for column in _columns(found):
        lacking = [row for row in found.rows if column not in row.values]
        if 0 < len(lacking) * 20 <= count:
            said = f"{len(lacking)} of {count} rows have no column {column[:60]!r}"
            yield Hit(line=lacking[0].line, said=said, subject=column[:60])


def repeated_rows(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield files in which rows with a text repeat: ``as: exact`` or ``as: normalised`` (case, punctuation, spaces)."""
    found = rows_of(file)
    exact: set[str] = set()
    loose: set[str] = set()
    repeats: list[Row] = []
    for row in found.rows:
        text = content_of(row)
        if len(text) < _TEXT_CHARACTERS:
            continue
        plain = normalised(text)
        is_exact, is_loose = text in exact, plain in loose
        exact.add(text)
        loose.add(plain)
        if is_exact if parameters["as"] == "exact" else (is_loose and not is_exact):
            repeats.append(row)
    if len(repeats) >= 2 and len(repeats) * 100 >= len(found.rows):
        how = (
            "say again what another says"
            if parameters["as"] == "exact"
            else "differ from another in case or signs alone"
        )
        said = f"{len(repeats)} of {len(found.rows)} rows {how}"
        yield Hit(line=repeats[0].line, said=said, subject=str(parameters["as"]))


def unbalanced_label(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield label columns of which one class has more than 95 % of the rows, or another fewer than 5 %."""
    found = rows_of(file)
    for column in _columns(found):
        if _LABELS.fullmatch(column) is None:
            continue
        classes = Counter(str(row.values[column]) for row in found.rows if _is_plain(row.values.get(column)))
        total = sum(classes.values())
        if total < 100 or not 2 <= len(classes) <= 20:
            continue
        most, least = max(classes.values()), min(classes.values())
        # Of many classes each has few rows: what is rare among them is measured by their number.
        if most > 0.95 * total or least < min(0.05, 0.1 / len(classes)) * total:
            said = f"the classes of {column[:60]!r} have from {least / total:.1%} to {most / total:.1%} of {total} rows"
            yield Hit(said=said, subject=column[:60])


def constant_column(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield columns with the same value in all rows: a label, or a column from which nothing can be learnt."""
    found = rows_of(file)
    if len(found.rows) < _FEW_ROWS:
        return
    for column in _columns(found):
        values = {row.values[column] for row in found.rows if _is_plain(row.values.get(column))}
        everywhere = all(_is_plain(row.values.get(column)) for row in found.rows)
        if len(values) == 1 and everywhere and _BESIDE_THE_POINT.search(column) is None:
            said = f"column {column[:60]!r} has one value in all {len(found.rows)} rows"
            yield Hit(said=said, subject=column[:60])


def content_of(row: Row) -> str:
    """Return what a row says, without what only names it.

    >>> content_of(Row(line=1, values={"id": 7, "text": "When is it due?"}))
    'When is it due?'
    """
    kept = (value for key, value in sorted(row.values.items(), reverse=True) if not _names(key))
    return "\x1f".join(str(value) for value in kept if value not in (None, ""))


def texts_of(row: Row) -> Iterator[str]:
    """Yield the longer texts of a row, those inside messages too."""
    stack: list[Any] = [value for key, value in row.values.items() if not _names(key)]
    for _ in range(1000):
        if not stack:
            return
        value = stack.pop()
        if isinstance(value, str):
            if len(value) >= _TEXT_CHARACTERS:
                yield value
        elif isinstance(value, list):
            stack += value
        elif isinstance(value, dict):
            stack += value.values()


def normalised(text: str) -> str:
    """Return the words of a text, caseless.

    >>> normalised("When  is it due?!") == normalised("when is it DUE")
    True
    """
    return " ".join(_WORDS.findall(text.casefold()))


def _names(column: str) -> bool:
    return column.casefold() in {"id", "uid", "uuid", "index", "idx", "key", "row", "row_id", "sample_id", "hash", "no"}


def _columns(found: Rows) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column for row in found.rows for column in row.values))


def _kind(value: Any) -> str:
    """Return what a value is, in words; empty where it is absent."""
    match value:
        case None:
            return ""
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
    return "an object"


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | bool) and value != ""
