"""Reads the first rows of a data file. Values stay inside: no finding shows one."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from roadworthy.lint.ports import SourceFile

MAX_BYTES = 256 * 1024
MAX_ROWS = 1000
_MAX_COLUMNS = 500
_ROW_SUFFIXES = (".jsonl", ".ndjson")
_TABLE_SUFFIXES = (".csv", ".tsv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row, its values by column."""

    line: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRow:
    """A line that is no row, and why."""

    line: int
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The first rows of a file."""

    rows: tuple[Row, ...] = ()
    broken: tuple[BrokenRow, ...] = ()
    cut_off: bool = False
    """Whether the file goes on."""

    is_table: bool = False
    """Whether every value is a text, as in CSV."""

    is_read: bool = True
    """Whether rows of this format can be read at all: those of Parquet need a library, and are not."""


_NOT_READ = Rows(is_read=False)


def rows_of(file: SourceFile) -> Rows:
    """Return the first rows of a file: at most `MAX_ROWS`, from at most `MAX_BYTES`."""
    lower = file.path.lower()
    if not lower.endswith((*_ROW_SUFFIXES, *_TABLE_SUFFIXES, ".json")):
        return _NOT_READ
    data = file.head(MAX_BYTES)
    return _read(data, lower[lower.rindex(".") :], file.size > len(data))


def beginning_of(file: SourceFile) -> str:
    """Return the text of the first rows, unparsed; empty where rows of this format cannot be read."""
    if not file.path.lower().endswith((*_ROW_SUFFIXES, *_TABLE_SUFFIXES, ".json")):
        return ""
    return file.head(MAX_BYTES).decode("utf-8", "replace")


@lru_cache(maxsize=8)
def _read(data: bytes, suffix: str, cut_off: bool) -> Rows:
    text = data.decode("utf-8-sig", "replace")
    if cut_off:
        text = text[: text.rfind("\n") + 1]
    if suffix in _ROW_SUFFIXES:
        return _json_lines(text, cut_off=cut_off)
    if suffix in _TABLE_SUFFIXES:
        return _table(text, delimiter="\t" if suffix == ".tsv" else "", cut_off=cut_off)
    return _NOT_READ if cut_off else _json_list(text)


def _json_lines(text: str, *, cut_off: bool) -> Rows:
    rows: list[Row] = []
    broken: list[BrokenRow] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        if len(rows) + len(broken) >= MAX_ROWS:
            cut_off = True
            break
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            broken.append(BrokenRow(line=number, problem="is no JSON"))
            continue
        if isinstance(value, dict):
            rows.append(Row(line=number, values=value))
        else:
            broken.append(BrokenRow(line=number, problem="is no JSON object"))
    return Rows(rows=tuple(rows), broken=tuple(broken), cut_off=cut_off)


def _json_list(text: str) -> Rows:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return _NOT_READ
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value[:MAX_ROWS]):
        return _NOT_READ
    rows = tuple(Row(line=1, values=one) for one in value[:MAX_ROWS])
    return Rows(rows=rows, cut_off=len(value) > MAX_ROWS)


def _table(text: str, *, delimiter: str, cut_off: bool) -> Rows:
    lines = text.split("\n")
    separator = delimiter or max(",;\t|", key=lines[0].count)
    reader = csv.reader(lines, delimiter=separator)
    rows: list[Row] = []
    broken: list[BrokenRow] = []
    header: list[str] = []
    try:
        for cells in reader:
            if not header:
                header = [cell.strip() for cell in cells][:_MAX_COLUMNS]
            elif len(rows) + len(broken) >= MAX_ROWS:
                cut_off = True
                break
            elif cells and any(cells):
                if len(cells) == len(header):
                    rows.append(Row(line=reader.line_num, values=dict(zip(header, cells, strict=True))))
                else:
                    problem = f"has {len(cells)} fields, and the header {len(header)}"
                    broken.append(BrokenRow(line=reader.line_num, problem=problem))
    except csv.Error:
        broken.append(BrokenRow(line=reader.line_num, problem="cannot be read as CSV"))
    return Rows(rows=tuple(rows), broken=tuple(broken), cut_off=cut_off, is_table=True)
