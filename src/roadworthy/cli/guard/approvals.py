"""``rw guard approvals``: questions of agents to people, listed and answered."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from roadworthy.cli import output
from roadworthy.cli.options import AsFormat
from roadworthy.cli.output import Format

app = typer.Typer(help="Questions that agents put to people before they act.", no_args_is_help=True)

Book = Annotated[Path, typer.Argument(help="The file in which the application keeps the questions (SQLite).")]
Tenant = Annotated[str, typer.Option(help="Whose questions: the tenant, as the application names it.")]


@app.command("list")
def list_questions(book: Book, tenant: Tenant, format: AsFormat = Format.TEXT) -> None:
    """List the questions that wait for an answer, the oldest first.

    Values of arguments are shown where the policy lets the questions keep them (`approval: {show: values}`), without
    credentials and what its rails for personal data and secrets find.
    """
    from roadworthy.core.clock import rfc3339
    from roadworthy.runtime.guard.answering import argument_lines, waiting

    asked = waiting(book, tenant=tenant)
    if format is Format.JSON:
        output.result_json({"waiting": list(asked)})
        return
    for one in asked:
        who = " or ".join(one.by) or ("somebody else" if one.distinct else one.principal)
        other = f", not {one.principal}" if one.distinct else ""
        output.result(f"{one.id}  {one.tool} for {one.principal}")
        output.result(f"  why:    {'; '.join(one.reasons)}")
        output.result(f"  who:    {who}{other}, until {rfc3339(one.expires_at)}")
        for line in argument_lines(one):
            output.result(line)
        output.result(f"  action: {one.action}")
    output.note(f"{len(asked)} waiting")


@app.command("answer")
def answer_question(
    book: Book,
    question: Annotated[str, typer.Argument(help="Id of the question.")],
    tenant: Tenant,
    person: Annotated[str, typer.Option(help="Who you are, as the application names people.")],
    yes: Annotated[bool, typer.Option("--yes/--no", help="Whether exactly this action may be done, once.")],
    role: Annotated[list[str] | None, typer.Option(help="A role that you have; may be given several times.")] = None,
) -> None:
    """Say yes or no to one exact action.

    A yes holds for this action alone, for one call, and until the time that the question names. Whoever can write
    the file is believed who they say they are: an application that knows its people asks them itself.
    """
    from roadworthy.guard.calls.ports import Answer
    from roadworthy.runtime.guard.answering import give

    said = Answer.YES if yes else Answer.NO
    give(book, question, said, person=person, roles=tuple(role or ()), tenant=tenant)
    output.result(f"{question}: {said.value}")
