"""What a run leaves for its next step: labelled content, calls made, definitions seen, memory written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT
from roadworthy.guard.flow.label import Label
from roadworthy.guard.flow.ledger import EMPTY, Ledger
from roadworthy.guard.run.call import Definition, Made


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """The label of an entry of a memory."""

    __pydantic_config__: ClassVar = STRICT

    memory: str
    key: Digest
    """Of the entry's key."""

    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """A value: each event of the run leaves the next one. Its content goes into no log, record or repr."""

    ledger: Ledger = field(default=EMPTY, repr=False)
    calls: tuple[Made, ...] = field(default=(), repr=False)
    """In order of asking, refused ones too."""

    definitions: tuple[Definition, ...] = ()
    """As first seen, sorted by tool."""

    memory: tuple[Remembered, ...] = ()
    """Labels of what was written to memories, of this run and of those before it."""

    @property
    def step(self) -> int:
        """Calls asked for so far."""
        return len(self.calls)


NEW_RUN = RunState()
