"""Progress bars on stderr; nothing where stderr is no terminal but a line per task."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from roadworthy.cli import output

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from roadworthy.evals.model import RunPlan, SampleResult


class RunProgress(Protocol):
    """Hears of runs as they start and of samples as they finish."""

    def start(self, plan: RunPlan, done: int) -> None:
        """A run begins, or goes on, with ``done`` answers that are there already."""
        ...

    def advance(self, result: SampleResult) -> None:
        """A sample is finished and durable."""
        ...


@contextmanager
def run_progress() -> Iterator[RunProgress]:
    """Show the progress of runs while the context lasts."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[tally]}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        yield _Bars(bars)


class _Bars:
    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._current: TaskID | None = None
        self._failed = 0
        self._unassessed = 0

    def start(self, plan: RunPlan, done: int) -> None:
        self._failed = self._unassessed = 0
        total = plan.num_samples * plan.epochs
        self._current = self._bars.add_task(plan.task, total=total, completed=done, tally="")

    def advance(self, result: SampleResult) -> None:
        if self._current is None:
            return
        kinds = {score.outcome.kind for score in result.scores}
        self._failed += "failure" in kinds
        self._unassessed += "unassessed" in kinds
        tally = f"{self._failed} failed" + (f", {self._unassessed} unassessed" if self._unassessed else "")
        self._bars.update(self._current, advance=1, tally=tally)


class _Lines:
    """One line per run and one per quarter of it, for logs."""

    def __init__(self) -> None:
        self._task = ""
        self._total = 0
        self._done = 0

    def start(self, plan: RunPlan, done: int) -> None:
        self._task, self._total, self._done = plan.task, plan.num_samples * plan.epochs, done
        output.note(f"{plan.task}: {self._total} samples" + (f", {done} already there" if done else ""))

    def advance(self, _: SampleResult) -> None:
        before, self._done = self._done, self._done + 1
        if self._total >= 8 and before * 4 // self._total != self._done * 4 // self._total:
            output.note(f"{self._task}: {self._done} of {self._total}")
