"""Which executor judges: this process, or a Ray cluster."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Literal, TypeAlias

from roadworthy.core.errors import ConfigError
from roadworthy.evals.execution.graded import GradedExecutor
from roadworthy.evals.execution.inline import InlineExecutor
from roadworthy.evals.execution.threaded import ThreadedExecutor
from roadworthy.evals.judging.scorer import ModelGraded, is_model_graded
from roadworthy.evals.model import ScorerSpec
from roadworthy.evals.ports import Executor, Scorer
from roadworthy.evals.scorers.meaning.grounding import GroundingEmbedding, is_grounding_embedding
from roadworthy.runtime.judging.encoding import OpenEncoder, with_encoders_opened
from roadworthy.runtime.judging.seating import Seating

ExecutorName: TypeAlias = Literal["asyncio", "ray"]


def build_executor(
    name: ExecutorName,
    *,
    scorers: Sequence[Scorer],
    specs: Sequence[ScorerSpec],
    open_encoder: OpenEncoder,
    seating: Seating | None = None,
    opened: AsyncExitStack | None = None,
) -> Executor:
    """Make the executor called ``name``. Both give the same scores; judges that are models are asked from here.

    Args:
        name: ``asyncio`` judges in this process; ``ray`` in the workers of a Ray cluster, for scorers that
            take long or very large sets.
        scorers: As built here.
        specs: What they were built from, for workers that build their own.
        open_encoder: Opens the sentence encoders of scorers that compare meaning.
        seating: How judges are reached; needed where there is one.
        opened: Closes their targets; likewise.

    Raises:
        ConfigError: If the name is unknown, Ray is not installed, a sentence encoder cannot be opened, or a scorer is a
            judge and nothing says how it is reached.
    """
    judges = [scorer for scorer in scorers if isinstance(scorer, ModelGraded)]
    slow = [scorer for scorer in scorers if isinstance(scorer, GroundingEmbedding)]
    plain = _plain_executor(
        name,
        scorers=[scorer for scorer in scorers if not isinstance(scorer, ModelGraded | GroundingEmbedding)],
        specs=[spec for spec in specs if not is_model_graded(spec) and not is_grounding_embedding(spec)],
    )
    if slow:
        order = [scorer.name for scorer in scorers if not isinstance(scorer, ModelGraded)]
        plain = ThreadedExecutor(plain, scorers=with_encoders_opened(slow, open_encoder), order=order)
    if not judges:
        return plain
    if seating is None or opened is None:
        # Without one its metric would be missing from the scores, and a run that looks whole would not be.
        names = ", ".join(sorted(scorer.name for scorer in judges))
        raise ConfigError(
            f"nothing says how the judge behind {names} is reached",
            where="scorers",
            fix="judge where targets are known, such as with `rw eval run`, or leave this scorer out",
        )
    return GradedExecutor(plain, panels=seating.panels(judges, opened), order=[scorer.name for scorer in scorers])


def _plain_executor(name: ExecutorName, *, scorers: Sequence[Scorer], specs: Sequence[ScorerSpec]) -> Executor:
    if name == "asyncio":
        return InlineExecutor(scorers)
    if name != "ray":
        raise ConfigError(f"no executor is called {name!r}", where="--executor", fix="use asyncio or ray")
    from roadworthy.integrations.ray_executor import RayExecutor

    return RayExecutor(tuple(specs))
