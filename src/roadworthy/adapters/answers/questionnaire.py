"""A customer's questionnaire as CSV: whatever its encoding, delimiter and column names; and the same with answers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from roadworthy.core.digest import Digest, digest_of_bytes
from roadworthy.core.errors import ConfigError
from roadworthy.evidence.documents.answers.model import (
    MAX_QUESTION_CHARACTERS,
    MAX_QUESTIONS,
    Answer,
    Answers,
    Question,
)

MAX_BYTES = 10 * 1024 * 1024
MAX_COLUMNS = 200
MAX_PREAMBLE = 20
"""Rows above the header, such as a title, that are looked through."""

_DELIMITERS = ",;\t|"
_QUESTION_NAMES = (
    "question", "questions", "question text", "control question", "assessment question",
    "consensus assessment question", "security question", "requirement", "query", "frage", "fragen", "anforderung",
    "domanda", "pregunta",
)  # fmt: skip
_ID_NAMES = (
    "id", "question id", "questionid", "control id", "controlid", "ref", "reference", "no", "no.", "nr", "nr.",
    "number", "#", "question no", "question number", "s.no", "kennung", "item",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula, full-width forms included."""

_UNSEEN = " \u00a0\u200b\u200c\u200d\u2060\ufeff"
"""What may stand before such a sign unseen, and is skipped by some readers."""

ANSWER_COLUMNS = (
    "rw_answer", "rw_confidence", "rw_citations", "rw_freshness", "rw_unsupported_claims", "rw_to_be_attested_by",
    "rw_controls", "rw_nearest_controls", "rw_decision",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """A questionnaire as the customer sent it, cell by cell."""

    digest: Digest
    """Of the file."""

    delimiter: str
    encoding: str
    preamble: tuple[tuple[str, ...], ...]
    """Rows above the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    question_column: int
    questions: tuple[Question, ...]


def read_questionnaire(path: Path, *, column: str | None = None) -> Questionnaire:
    """Return the questionnaire in ``path``.

    Args:
        path: A CSV file: UTF-8, UTF-16 or Windows-1252; comma, semicolon, tab or bar.
        column: Name of the column with the questions; None finds it.

    Raises:
        ConfigError: If the file cannot be read as CSV, or no column holds questions.
    """
    content = _content(path)
    text, encoding = _decoded(content, path)
    delimiter = _delimiter(text)
    table = _table(text, delimiter, path)
    place, header = _header(table, column, path)
    rows = tuple(tuple(row) + ("",) * (len(header) - len(row)) for row in table[place + 1 :])
    where = _question_column(header, rows, column, path)
    return Questionnaire(
        digest=digest_of_bytes(content),
        delimiter=delimiter,
        encoding=encoding,
        preamble=tuple(tuple(row) for row in table[:place]),
        header=tuple(header),
        rows=rows,
        question_column=where,
        questions=_questions(header, rows, where, path),
    )


def with_answers(questionnaire: Questionnaire, answers: Answers) -> bytes:
    """Return the customer's file with our columns behind theirs, as UTF-8 with a byte order mark.

    Columns of ours that are there already, from an earlier time, are replaced.

    No cell begins a formula: a spreadsheet that opens the file computes nothing. Their ids and texts stay as
    they were but for a ``'`` before such cells.
    """
    by_row = {question.row: made for question, made in zip(questionnaire.questions, answers.answers, strict=True)}
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=questionnaire.delimiter, lineterminator="\r\n")
    theirs = [place for place, name in enumerate(questionnaire.header) if name not in ANSWER_COLUMNS]
    for row in questionnaire.preamble:
        writer.writerow([inert(cell) for cell in row])
    writer.writerow([inert(cell) for cell in (*(questionnaire.header[place] for place in theirs), *ANSWER_COLUMNS)])
    for number, row in enumerate(questionnaire.rows):
        made = by_row.get(number)
        ours = _cells(made, answers) if made is not None else ("",) * len(ANSWER_COLUMNS)
        writer.writerow([inert(cell) for cell in (*(row[place] for place in theirs), *ours)])
    return stream.getvalue().encode("utf-8-sig")


def inert(cell: str) -> str:
    """Return ``cell`` so that no spreadsheet takes it for a formula.

    >>> inert("=1+1"), inert(" -2"), inert("safe")
    ("'=1+1", "' -2", 'safe')
    """
    return f"'{cell}" if cell.lstrip(_UNSEEN).startswith(_FORMULA) else cell


def _cells(made: Answer, answers: Answers) -> tuple[str, ...]:
    attested = f"attested by {made.attested_by} until {made.attested_until}" if made.attested_by else made.attest
    return (
        made.text,
        made.confidence.value,
        "; ".join(f"{cite.evidence} {cite.digest}" for cite in made.citations),
        made.freshness,
        "; ".join(made.unsupported_claims),
        attested.replace("_", " "),
        ", ".join(made.controls),
        ", ".join(made.nearest),
        f"{answers.decision} {answers.decision_digest}"
        + (f" (no longer in force: {answers.why_lapsed})" if answers.why_lapsed else ""),
    )


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ConfigError(f"the questionnaire is over {MAX_BYTES:,} bytes", where=str(path), fix="split it")
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"cannot read the questionnaire: {error.strerror}", where=str(path), fix="name a CSV file that can be read"
        ) from error


def _decoded(content: bytes, path: Path) -> tuple[str, str]:
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    named = next((encoding for mark, encoding in marks if content.startswith(mark)), None)
    for encoding in (named,) if named is not None else ("utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text, encoding
    raise ConfigError(
        "the questionnaire is no text: neither UTF-8, UTF-16 with its mark, nor Windows-1252",
        where=str(path),
        fix="save it as CSV in UTF-8",
    )


def _delimiter(text: str) -> str:
    """Return the sign that parts most of the first lines into the most columns; quoted ones do not count."""
    outside = "".join(text[:65_536].split('"')[::2])
    lines = [line for line in outside.splitlines() if line.strip()][:50]
    counts = {sign: sum(line.count(sign) for line in lines[:20]) for sign in _DELIMITERS}
    first = max(
        _DELIMITERS, key=lambda sign: (sum(sign in line for line in lines), counts[sign], -_DELIMITERS.index(sign))
    )
    return first if counts[first] else ","


def _table(text: str, delimiter: str, path: Path) -> list[list[str]]:
    csv.field_size_limit(MAX_BYTES)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        table = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise ConfigError(f"not CSV: {error}", where=f"{path}:{reader.line_num}", fix="correct the quotes") from error
    if not table:
        raise ConfigError("the questionnaire is empty", where=str(path), fix="name the file with the questions")
    if max(map(len, table)) > MAX_COLUMNS or len(table) > MAX_QUESTIONS + MAX_PREAMBLE:
        raise ConfigError(
            f"the questionnaire has more than {MAX_COLUMNS} columns or {MAX_QUESTIONS} rows",
            where=str(path),
            fix="split it",
        )
    return table


def _name(cell: str) -> str:
    return " ".join(re.sub(r"[*:]", " ", cell).casefold().split())


def _header(table: Sequence[Sequence[str]], column: str | None, path: Path) -> tuple[int, list[str]]:
    """Return where the header is, and it, as wide as the widest row."""
    wanted = {_name(column)} if column is not None else set(_QUESTION_NAMES)
    place = next((n for n, row in enumerate(table[:MAX_PREAMBLE]) if any(_name(cell) in wanted for cell in row)), None)
    if place is None and column is not None:
        known = ", ".join(repr(cell) for cell in table[0] if cell.strip()) or "none"
        raise ConfigError(f"no column is called {column!r}", where=str(path), fix=f"choose from {known}")
    place = place or 0
    width = max(len(row) for row in table[place:])
    return place, [*table[place], *("",) * (width - len(table[place]))]


def _question_column(header: Sequence[str], rows: Sequence[Sequence[str]], column: str | None, path: Path) -> int:
    names = [_name(cell) for cell in header]
    wanted = (_name(column),) if column is not None else _QUESTION_NAMES
    named = next((names.index(name) for name in wanted if name in names), None)
    if named is not None:
        return named
    marks = [sum(row[place].rstrip().endswith("?") for row in rows) for place in range(len(header))]
    best = max(range(len(header)), key=marks.__getitem__)
    if not rows or marks[best] * 3 < len(rows):
        raise ConfigError(
            "no column is named like questions, and in none of them a third of the cells are questions",
            where=str(path),
            fix="name the column: --column NAME",
        )
    return best


def _questions(header: Sequence[str], rows: Sequence[Sequence[str]], where: int, path: Path) -> tuple[Question, ...]:
    names = [_name(cell) for cell in header]
    ids = next((names.index(name) for name in _ID_NAMES if name in names and names.index(name) != where), None)
    made = []
    for number, row in enumerate(rows):
        text = row[where].strip()
        if not text:
            continue
        if len(text) > MAX_QUESTION_CHARACTERS:
            raise ConfigError(
                f"the question in row {number + 1} has more than {MAX_QUESTION_CHARACTERS:,} characters",
                where=str(path),
                fix="split it",
            )
        given = row[ids].strip() if ids is not None else ""
        made.append(Question(id=given or str(number + 1), text=text, row=number))
    if not made:
        raise ConfigError(
            "there is no question in the questionnaire", where=str(path), fix="name the column: --column NAME"
        )
    return tuple(made)
