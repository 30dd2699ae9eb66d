"""Evaluation tasks from YAML files and their samples from JSON Lines, every problem named at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from pydantic import TypeAdapter

from roadworthy.adapters.jsonl import read_jsonl
from roadworthy.adapters.yaml_source import MAX_PROBLEMS, Located, combined, read_yaml, validated
from roadworthy.core.errors import ConfigError, TaskError
from roadworthy.evals.model import Sample, Task

MAX_SAMPLES = 1_000_000

_TASK = TypeAdapter(Task)
_SAMPLE = TypeAdapter(Sample)


def load_tasks(root: Path, patterns: Iterable[str]) -> tuple[Task, ...]:
    """Load every task file below ``root`` that a pattern matches, sorted by path.

    Args:
        root: Folder of the manifest; nothing outside it is read.
        patterns: Globs relative to ``root``, such as ``evals/*.yaml``.

    Raises:
        TaskError: If a pattern matches no file or leaves ``root``, a task does not
            load, or two tasks share an id. One error says all of it.
    """
    problems: list[ConfigError] = []
    paths: set[Path] = set()
    for pattern in patterns:
        try:
            paths |= _matches(root, pattern)
        except TaskError as fault:
            problems.append(fault)
    tasks: dict[str, tuple[Task, Path]] = {}
    for path in sorted(paths):
        try:
            task = load_task(path, root=root)
        except TaskError as fault:
            problems.append(fault)
            continue
        if task.id in tasks:
            problems.append(_repeated(task.id, path, tasks[task.id][1]))
        else:
            tasks[task.id] = (task, path)
    if problems:
        raise combined(problems)
    return tuple(task for task, _ in tasks.values())


def load_task(path: Path, *, root: Path) -> Task:
    """Load one task with its samples, inline or from its ``dataset``.

    The loaded task holds the samples and no ``dataset``: what it measures depends
    on what the samples say, not on what their file is called.

    Raises:
        TaskError: If the file or a sample does not read, the task has no sample, or
            the dataset lies outside ``root``.
    """
    located = read_yaml(path, error=TaskError)
    task = validated(_TASK, located, error=TaskError, fix="see `rw schema task`")
    if task.dataset is not None and task.samples:
        raise TaskError(
            "both `samples` and `dataset` are given",
            where=located.where(("dataset",)),
            fix="keep one of them",
        )
    if task.dataset is not None:
        dataset = _inside(task.dataset, located=located, root=root)
        task = replace(task, samples=_samples(dataset), dataset=None)
    if not task.samples:
        raise TaskError(
            f"the task {task.id!r} has no sample, so it could not say anything",
            where=located.where(("samples",)),
            fix="give `samples`, or a `dataset` with at least one line",
        )
    _check_slices(task, where=located.where(("samples",)))
    return task


def _matches(root: Path, pattern: str) -> set[Path]:
    parts = PurePosixPath(pattern)
    if parts.is_absolute() or ".." in parts.parts or not parts.parts:
        raise TaskError(
            f"the task pattern {pattern!r} leaves the manifest's folder",
            where=str(root),
            fix="use a path relative to the manifest",
        )
    home = root.resolve()
    found = {path for path in root.glob(pattern) if path.is_file() and path.resolve().is_relative_to(home)}
    if not found:
        raise TaskError(
            f"the task pattern {pattern!r} matches no file",
            where=str(root),
            fix="correct the pattern, or remove it",
        )
    return found


def _inside(dataset: str, *, located: Located, root: Path) -> Path:
    path = located.path.parent / dataset
    if PurePosixPath(dataset).is_absolute() or not path.resolve().is_relative_to(root.resolve()):
        raise TaskError(
            f"dataset: {dataset!r} lies outside the manifest's folder",
            where=located.where(("dataset",)),
            fix="move the file below the manifest",
        )
    return path


def _samples(path: Path) -> tuple[Sample, ...]:
    samples: dict[str, Sample] = {}
    problems: list[ConfigError] = []
    for line in read_jsonl(path, error=TaskError):
        if len(problems) >= MAX_PROBLEMS:
            break
        if isinstance(line, ConfigError):
            problems.append(line)
            continue
        try:
            sample = validated(_SAMPLE, line, error=TaskError)
        except TaskError as fault:
            problems.append(fault)
            continue
        if sample.id in samples:
            problems.append(
                TaskError(f"the sample id {sample.id!r} is given twice", where=line.where(), fix="rename it")
            )
        samples[sample.id] = sample
        if len(samples) > MAX_SAMPLES:
            raise TaskError(f"more than {MAX_SAMPLES} samples", where=str(path), fix="split the dataset")
    if problems:
        raise combined(problems)
    return tuple(samples.values())


def _check_slices(task: Task, *, where: str) -> None:
    """Refuse slice names that `Measurement.slice` could not tell apart.

    Raises:
        TaskError: If a name is empty or holds ``=``.
    """
    for sample in task.samples:
        for name in sample.slices:
            if not name or "=" in name:
                raise TaskError(
                    f"sample {sample.id}: the slice name {name!r} is empty or holds '='",
                    where=where,
                    fix="rename it",
                )


def _repeated(task: str, path: Path, first: Path) -> TaskError:
    return TaskError(f"the task id {task!r} is already used by {first}", where=str(path), fix="rename one of the tasks")
