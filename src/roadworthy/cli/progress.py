"""The progress of runs on stderr: live on a terminal, a line per quarter elsewhere."""

from __future__ import annotations

import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from roadworthy.cli import output

if TYPE_CHECKING:
    from rich.live import Live
    from rich.progress import Progress, TaskID

    from roadworthy.evals.execution.brakes.controls import Controls
    from roadworthy.evals.execution.scoreboard import Scoreboard, Standing
    from roadworthy.evals.model import RunPlan, SampleResult

_REDRAW_S = 0.25
_SHOWN_SCORERS = 4


class RunProgress(Protocol):
    """Hears of runs as they start and of samples as they finish."""

    def recall(self, result: SampleResult) -> None:
        """An answer of the run that starts next is there already."""
        ...

    def start(self, plan: RunPlan, done: int, controls: Controls) -> None:
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
    from rich.live import Live
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.table import Column

    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=16),
        MofNCompleteColumn(),
        TextColumn("{task.fields[pace]}", table_column=Column(no_wrap=True, overflow="ellipsis")),
    )
    # Drawn by hand: a thread that redraws ten times a second takes its time from the run.
    with Live(bars, console=Console(stderr=True), auto_refresh=False) as live:
        shown = _Bars(live, bars)
        try:
            yield shown
        finally:
            shown.redraw()


@contextmanager
def counted(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show on a terminal how many of ``what`` are done, and of how many; 0: that is not known."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(what, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total or None)


class _Run:
    """One run while it goes on."""

    def __init__(self, plan: RunPlan, *, done: int, controls: Controls, scoreboard: Scoreboard) -> None:
        self.task = plan.task
        self.total = plan.num_samples * plan.epochs
        self.done = self._done_before = done
        self.controls = controls
        self.scoreboard = scoreboard
        self._started = self._heard_at = time.monotonic()

    def advance(self, result: SampleResult) -> None:
        """Count a finished sample."""
        self.scoreboard.heard(result)
        self.done += 1
        self._heard_at = time.monotonic()

    def pace(self) -> str:
        """Say how fast it goes, for how long still, and what it has cost."""
        budget = self.controls.budget
        passed = max(self._heard_at - self._started, 1e-9)
        rate = (self.done - self._done_before) / passed
        said = [f"{rate:.1f}/s" if rate < 100 else f"{rate:.0f}/s"]
        if rate > 0 and self.done < self.total:
            said.append(f"{_length((self.total - self.done) / rate)} left")
        said.append(f"{self.controls.pace.in_flight} of {self.controls.pace.limit} in flight")
        if budget.tokens:
            said.append(f"{budget.tokens:,} tokens")
        if budget.cost:
            said.append(f"cost {budget.cost:.4f}")
        return ", ".join(said)

    def standing(self) -> str:
        """Say how every scorer judged so far, with its interval."""
        standings = self.scoreboard.standings()
        said = [_standing(one) for one in standings[:_SHOWN_SCORERS]]
        if len(standings) > _SHOWN_SCORERS:
            said.append(f"{len(standings) - _SHOWN_SCORERS} more scorers")
        if self.scoreboard.unassessed:
            said.append(f"{self.scoreboard.unassessed} unassessed")
        return "; ".join(said)


def _standing(one: Standing) -> str:
    from roadworthy.gates.wording import percent

    if one.interval is None:
        return f"{one.scorer}: nothing assessed"
    return (
        f"{one.scorer} {percent(one.successes / one.assessed)} "
        f"({percent(one.interval.low)} to {percent(one.interval.high)})"
    )


def _length(seconds: float) -> str:
    """Write a length of time.

    >>> _length(59.6), _length(3725)
    ('1:00', '1:02:05')
    """
    whole = round(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


class _Progress(ABC):
    """What both ways of showing have in common: the run, and what was recalled for it."""

    def __init__(self) -> None:
        self._recalled: Scoreboard | None = None
        self._run: _Run | None = None

    def recall(self, result: SampleResult) -> None:
        self._scoreboard().heard(result)

    def start(self, plan: RunPlan, done: int, controls: Controls) -> None:
        self._run = _Run(plan, done=done, controls=controls, scoreboard=self._scoreboard())
        self._recalled = None
        self.begun(self._run)

    def advance(self, result: SampleResult) -> None:
        run = self._run
        if run is not None:
            run.advance(result)
            self.moved(run)

    @abstractmethod
    def begun(self, run: _Run) -> None:
        """Show that ``run`` begins."""

    @abstractmethod
    def moved(self, run: _Run) -> None:
        """Show that one more sample of ``run`` is finished."""

    def _scoreboard(self) -> Scoreboard:
        from roadworthy.evals.execution.scoreboard import Scoreboard

        if self._recalled is None:
            self._recalled = Scoreboard()
        return self._recalled


class _Bars(_Progress):
    """A bar for each run, and how the scorers judge below it; drawn anew four times a second at most."""

    def __init__(self, live: Live, bars: Progress) -> None:
        super().__init__()
        self._live = live
        self._bars = bars
        self._current: TaskID | None = None
        self._drawn_at = 0.0

    def begun(self, run: _Run) -> None:
        self._current = self._bars.add_task(run.task, total=run.total, completed=run.done, pace="")
        self.redraw()

    def moved(self, run: _Run) -> None:
        if run.done >= run.total or time.monotonic() - self._drawn_at >= _REDRAW_S:
            self.redraw()

    def redraw(self) -> None:
        """Draw what there is now."""
        from rich.console import Group
        from rich.text import Text

        self._drawn_at = time.monotonic()
        if self._run is None or self._current is None:
            return
        self._bars.update(self._current, completed=self._run.done, pace=self._run.pace())
        self._live.update(Group(self._bars, Text(f"  {self._run.standing()}")), refresh=True)


class _Lines(_Progress):
    """One line per run and one per quarter of it, for logs."""

    def begun(self, run: _Run) -> None:
        output.note(f"{run.task}: {run.total} samples" + (f", {run.done} already there" if run.done else ""))

    def moved(self, run: _Run) -> None:
        if run.total >= 8 and (run.done - 1) * 4 // run.total != run.done * 4 // run.total:
            output.note(f"{run.task}: {run.done} of {run.total}, {run.pace()}; {run.standing()}")
