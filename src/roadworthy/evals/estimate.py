"""What running a task will cost, from what earlier runs cost. What is not known is None, never 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from roadworthy.evals.model import Reply, SampleResult, Task, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Expected cost of one run."""

    calls: int
    """Questions to ask: samples times epochs, without retries."""

    input_tokens: int | None
    """None: not known."""

    output_tokens: int | None
    """None: not known."""

    cost: float | None
    """In the manifest's currency; None: not known."""

    minutes: float | None
    """Wall-clock; None: not known."""

    basis: str
    """What it was computed from, in words."""


def estimate(
    task: Task,
    *,
    history: Mapping[str, Iterable[SampleResult]],
    concurrency: int,
    price_per_million_input_tokens: float,
    price_per_million_output_tokens: float,
) -> Estimate:
    """Estimate a run of ``task`` from the means of earlier replies.

    Replies to the same task are taken where there are any, else those to every other
    task; replies from the cache cost nothing and say nothing. A target that never
    reports tokens leaves them unknown.

    Args:
        task: What is to be run.
        history: Results of earlier runs, by task id.
        concurrency: Questions in flight, 1 or more.
        price_per_million_input_tokens: In the manifest's currency; 0 costs nothing.
        price_per_million_output_tokens: The same for what the target writes.
    """
    calls = len(task.samples) * task.epochs
    usages, basis = _usages(task, history)
    input_tokens = _expected([usage.input_tokens for usage in usages], calls)
    output_tokens = _expected([usage.output_tokens for usage in usages], calls)
    seconds = sum(usage.latency_s for usage in usages) / len(usages) * calls if usages else None
    return Estimate(
        calls=calls,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cost=_sum(
            _cost(input_tokens, price_per_million_input_tokens), _cost(output_tokens, price_per_million_output_tokens)
        ),
        minutes=seconds / 60 / max(1, min(concurrency, calls)) if seconds else None,
        basis=basis,
    )


def _usages(task: Task, history: Mapping[str, Iterable[SampleResult]]) -> tuple[list[Usage], str]:
    own = _asked(history.get(task.id, ()))
    if own:
        return own, f"from {len(own)} earlier replies to this task"
    others = [usage for other, results in history.items() if other != task.id for usage in _asked(results)]
    if others:
        return others, f"from {len(others)} earlier replies to other tasks"
    return [], "no earlier run to judge by"


def _asked(results: Iterable[SampleResult]) -> list[Usage]:
    return [r.response.usage for r in results if isinstance(r.response, Reply) and not r.cached]


def _expected(counts: list[int], calls: int) -> int | None:
    return round(sum(counts) / len(counts) * calls) if any(counts) else None


def _cost(tokens: int | None, price_per_million: float) -> float | None:
    if price_per_million == 0:
        return 0.0
    return None if tokens is None else tokens * price_per_million / 1_000_000


def _sum(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else first + second
