"""What a run's journal says: a measurement per scorer and slice, with nothing that was planned left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from roadworthy.core.digest import Digest
from roadworthy.core.errors import VerificationError
from roadworthy.core.evidence import RunResult
from roadworthy.core.result import Measurement, Outcome, Unassessed
from roadworthy.evals.model import NoReply, Reply, RunPlan, SampleResult
from roadworthy.evals.stats.measure import measure

_NEVER_ASKED = Unassessed(reason="never asked: the run was cut short")
_NOT_SCORED = Unassessed(reason="not judged by this scorer")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """What of a result the summary needs; texts are let go of."""

    cluster: str
    labels: frozenset[str]
    """Its slices as ``name=value``."""

    outcomes: Mapping[str, Outcome]
    has_reply: bool

    @property
    def is_assessed(self) -> bool:
        return self.has_reply and any(not isinstance(o, Unassessed) for o in self.outcomes.values())


def summarise(
    plan: RunPlan, results: Iterable[SampleResult], *, journal_digest: Digest, target_digest: Digest
) -> tuple[RunResult, tuple[str, ...]]:
    """Turn a run's results into what it measured.

    The order of the results does not matter, but that of two results of one sample
    and epoch: the later one counts. Every sample and epoch that was planned and has no
    result counts as attempted and unassessed, in ``all`` and, since nobody knows where
    it belongs, in every slice: a run that was cut short never looks better covered.

    Args:
        plan: The run as registered.
        results: The journal's, in its order.
        journal_digest: Of the journal that they come from.
        target_digest: Of the manifest's entry of the target that was asked.

    Returns:
        The result, its measurements sorted by scorer and slice with ``all`` first;
        and the keys of the components that the target said it used, sorted.

    Raises:
        VerificationError: If the journal holds more than the plan registered.
    """
    judged: dict[tuple[str, int], _Judged] = {}
    components: set[str] = set()
    for result in results:
        judged[result.sample, result.epoch] = _judged(result)
        if isinstance(result.response, Reply):
            components.update(result.response.components)
    _check_plan(plan, judged)
    num_missing = plan.num_samples * plan.epochs - len(judged)
    run = RunResult(
        run=plan.id,
        task=plan.task,
        task_digest=plan.task_digest,
        target_digest=target_digest,
        category=plan.category,
        measurements=tuple(_measurements(list(judged.values()), num_missing=num_missing)),
        registered_policy=plan.policy_digest,
        registered_at=plan.registered_at,
        bars=plan.bars,
        journal_digest=journal_digest,
        errors=num_missing + sum(not one.is_assessed for one in judged.values()),
    )
    return run, tuple(sorted(components))


def _judged(result: SampleResult) -> _Judged:
    return _Judged(
        cluster=result.cluster,
        labels=frozenset(f"{name}={value}" for name, value in result.slices.items()),
        outcomes={score.scorer: score.outcome for score in result.scores},
        has_reply=not isinstance(result.response, NoReply),
    )


def _check_plan(plan: RunPlan, judged: Mapping[tuple[str, int], _Judged]) -> None:
    """Refuse results that nobody registered.

    Raises:
        VerificationError: If there are more samples or epochs than planned.
    """
    samples = {sample for sample, _ in judged}
    epochs = {epoch for _, epoch in judged}
    if len(samples) > plan.num_samples or not epochs <= set(range(plan.epochs)):
        raise VerificationError(
            f"the journal holds {len(samples)} samples up to epoch {max(epochs)}; "
            f"run {plan.id} was registered with {plan.num_samples} samples and {plan.epochs} epochs",
            where=plan.id,
            fix="start a new run",
        )


def _measurements(judged: Sequence[_Judged], *, num_missing: int) -> Iterator[Measurement]:
    metrics = sorted({metric for one in judged for metric in one.outcomes})
    members: dict[str, list[_Judged]] = {"all": list(judged)}
    for name in sorted({label for one in judged for label in one.labels}):
        members[name] = [one for one in judged if name in one.labels]
    for metric in metrics:
        for name, part in members.items():
            yield measure(_outcomes(part, metric=metric, num_missing=num_missing), metric=metric, slice=name)


def _outcomes(part: Sequence[_Judged], *, metric: str, num_missing: int) -> Iterator[tuple[str, Outcome]]:
    for one in part:
        yield one.cluster, one.outcomes.get(metric, _NOT_SCORED)
    for _ in range(num_missing):
        yield "", _NEVER_ASKED
