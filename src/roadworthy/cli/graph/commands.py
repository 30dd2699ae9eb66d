"""``rw trace show``, ``rw trace ask``, ``rw trace requirement``."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat, Root, workspace_at
from roadworthy.cli.output import Format

_DAY_LENGTH = len("2026-01-02")


class Table(StrEnum):
    """How a table is printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def show(
    reference: Annotated[
        str,
        typer.Argument(
            help="Id, version, digest or its start, component key, collector@version, rule, control or requirement; "
            "with `kind:` before it where several are called so."
        ),
    ],
    up: Annotated[bool, typer.Option("--up", help="Only what rests on it.")] = False,
    down: Annotated[bool, typer.Option("--down", help="Only what it rests on.")] = False,
    both: Annotated[bool, typer.Option("--both", help="Both, which is the default.")] = False,
    impact: Annotated[
        bool, typer.Option("--impact", help="Blast radius instead: all that would be void if it were wrong.")
    ] = False,
    depth: Annotated[int, typer.Option(help="How many steps away at most.")] = 2,
    kind: Annotated[
        list[str] | None, typer.Option(help="Follow only edges of this kind, e.g. about; repeatable.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="With --impact: how many of each kind to name.")] = 20,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Show what something rests on and what rests on it. Exits 2 where nothing is called so."""
    from roadworthy.cli.graph import text
    from roadworthy.runtime.graph import tracing

    workspace = workspace_at(root)
    if impact:
        blast = tracing.impact(workspace, reference, limit=limit)
        output.result(output.as_json(blast) if format is Format.JSON else text.of_blast(blast))
        return
    direction = tracing.Direction.BOTH if both or up == down else tracing.Direction("up" if up else "down")
    found = tracing.trace(workspace, reference, direction=direction, depth=depth, kinds=tracing.edge_kinds(kind or []))
    output.result(output.as_json(tracing.as_data(found)) if format is Format.JSON else text.of_trace(found))


def ask(
    question: Annotated[str | None, typer.Argument(help="Name of a question; all are answered where none is.")] = None,
    list_them: Annotated[bool, typer.Option("--list", help="List the questions and stop.")] = False,
    root: Root = None,
    format: AsFormat = Format.TEXT,
) -> None:
    """Answer the standing questions. Exits 0 nothing is open, 1 something is, 3 nothing was decided yet."""
    from roadworthy.cli.graph import text
    from roadworthy.evidence.graph.questions import QUESTIONS
    from roadworthy.runtime.graph import asking

    if list_them:
        output.result(text.of_questions(QUESTIONS))
        return
    answers = asking.ask(workspace_at(root), question)
    output.result(output.as_json(answers) if format is Format.JSON else text.of_answers(answers))
    raise typer.Exit(1 if any(answer.found and answer.is_duty for answer in answers) else 0)


def requirement(
    requirement: Annotated[str, typer.Argument(help="E.g. 'eu-ai-act Art. 15'; its paragraphs belong to it.")],
    since: Annotated[
        str | None, typer.Option("--from", help="First day or RFC 3339 time; the default is ever.")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", help="Last day, included, or RFC 3339 time.")] = None,
    root: Root = None,
    format: Annotated[
        Table, typer.Option("--format", help="text for people, csv for spreadsheets, json for programs.")
    ] = Table.TEXT,
) -> None:
    """Show for every release whether a requirement was tested, who approved, and what happened since.

    Every row carries the digests of its release, decision and evidence. Exits 0 no row is a gap, 1 some are,
    3 there was no release in that time.
    """
    from roadworthy.cli.graph import text
    from roadworthy.runtime.graph import asking

    rows = asking.requirement_tested(
        workspace_at(root),
        requirement,
        start=_moment(since, flag="--from"),
        end=_moment(until, flag="--to", after=True),
    )
    form = {Table.JSON: output.as_json, Table.CSV: text.csv_of_tested, Table.TEXT: text.of_tested}[format]
    output.result(form(rows))
    if not rows:
        output.note("no release was frozen or decided on in that time")
    raise typer.Exit(3 if not rows else 1 if any(row.is_gap for row in rows) else 0)


def _moment(text: str | None, *, flag: str, after: bool = False) -> datetime | None:
    from datetime import timedelta

    from roadworthy.core.clock import parse_rfc3339
    from roadworthy.core.errors import ConfigError

    if text is None:
        return None
    is_day = len(text) == _DAY_LENGTH
    try:
        moment = parse_rfc3339(f"{text}T00:00:00Z" if is_day else text)
    except ValueError as error:
        raise ConfigError(str(error), where=flag, fix="write it like 2026-01-02 or 2026-01-02T03:04:05Z") from error
    day = timedelta(days=1) if is_day and after else timedelta()
    return moment + min(day, datetime.max.replace(tzinfo=moment.tzinfo) - moment)
