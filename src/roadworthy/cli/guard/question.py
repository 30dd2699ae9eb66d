"""What ``rw guard explain`` is asked, from its options."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from roadworthy.core.errors import ConfigError
from roadworthy.guard.segment import Stage

if TYPE_CHECKING:
    from roadworthy.runtime.guard.explaining import Question


def question_of(
    *, text: str, file: Path | None, stage: Stage, protocol: str, route: str, tool: str, locale: str, run: Path | None
) -> Question:
    """Return what is asked.

    Raises:
        ConfigError: If there is neither text nor file, or both.
    """
    from roadworthy.guard.trying.model import Person
    from roadworthy.runtime.guard.explaining import Question

    if bool(text) == (file is not None):
        raise ConfigError("give one of --text and --file", where="--text, --file", fix='add --text "…"')
    if protocol and file is None and not protocol.startswith("plain."):
        raise ConfigError(
            f"a message of {protocol!r} is JSON", where="--protocol", fix="put it into a file and give --file"
        )
    if tool and not protocol and stage not in (Stage.TOOL_CALL, Stage.TOOL_RESULT):
        raise ConfigError(
            f"a text of {stage.value} is of no tool", where="--tool", fix="add --stage tool_call or --stage tool_result"
        )
    return Question(
        stage=stage,
        text=text,
        file=file,
        protocol=protocol,
        route=route,
        tool=tool,
        person=Person(locale=locale),
        run=run,
    )
