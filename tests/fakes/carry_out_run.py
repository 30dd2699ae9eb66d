"""Carries one run out in a process of its own, which a test may kill: STORE URL SAMPLES EPOCHS."""

import asyncio
import sys
from pathlib import Path

from fakes.scripted_target import RUN, SaysAnswer, TickingClock, make_plan, make_task
from roadworthy.adapters.runs.store import FileRunStore
from roadworthy.adapters.targets import build_target
from roadworthy.core.errors import NotFoundError
from roadworthy.evals.execution.runner import RetryPolicy, run
from roadworthy.inventory.model import TargetSpec


async def main(folder: str, url: str, samples: int, epochs: int) -> None:
    task = make_task(samples, epochs=epochs)
    spec = TargetSpec(key="scripted", kind="openai", url=url, model="m", parameters={"temperature": 1})
    target = build_target(spec, root=Path(folder), environ={})
    store = FileRunStore(Path(folder))
    try:
        plan, journal = store.open(RUN)
    except NotFoundError:
        plan = make_plan(task, target.digest)
        journal = store.register(plan)
    try:
        await run(
            task, plan=plan, target=target, scorers=(SaysAnswer(),), journal=journal, cache=None,
            clock=TickingClock(), concurrency=4, retries=RetryPolicy(), on_result=lambda _: None,
        )  # fmt: skip
    finally:
        await target.close()


def run_with(arguments: list[str]) -> int:
    """Carry the run out, and return the exit code: interrupted is 130."""
    folder, url, samples, epochs = arguments
    try:
        asyncio.run(main(folder, url, int(samples), int(epochs)))
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(run_with(sys.argv[1:]))
