"""The release's own evaluation tasks, as large as the bars ask for; made of exemplars where it has none."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from roadworthy.adapters.targets.reply import REPLY_FIELDS
from roadworthy.core.digest import JsonValue, plain
from roadworthy.core.result import ClusterCount
from roadworthy.evals.model import Reply, Sample, ScorerSpec, Task
from roadworthy.evals.mutation.model import Exemplar
from roadworthy.evals.scorers.registry import KINDS, build
from roadworthy.evals.stats.cluster import lower_bound
from roadworthy.policy.model import MeasureCheck
from roadworthy.policy.resolved import ResolvedPolicy
from roadworthy.runtime.proving.answers import good_reply

MAX_OWN_SAMPLES = 300
"""Samples of a task that are taken; more would take longer and prove no more."""

_MOST_COPIES = 500

FOLDER = ".roadworthy/stand-in"
"""Where a copy has its tasks and the answers to them: beside its ledger, so that they are put back with it."""

_GRADERS = {
    "quality": "includes",
    "robustness": "includes",
    "multilingual": "includes",
    "grounding": "grounding",
    "harmful_refusal": "refusal",
    "jailbreak": "refusal",
    "over_refusal": "refusal",
    "refusal_quality": "refusal_quality",
    "hallucination": "abstention",
    "consistency": "consistency",
    "fairness_text": "consistency",
    "personal_data": "personal_data",
    "secrets": "secrets",
    "prompt_leak": "prompt_leak",
    "tool_use": "tool_calls",
    "malformed_input": "status",
    "structured_output": "json_schema",
}
"""Grader of a category that no task measures; any other category is graded by `canary_leak`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    """How much a category must be asked for its bars to be met without a failure."""

    checks: tuple[MeasureCheck, ...]

    @property
    def samples(self) -> int:
        """Fewest samples, each its own cluster."""
        return max(max(check.min_samples, _fewest(check)) for check in self.checks)

    @property
    def slices(self) -> tuple[str, ...]:
        """Names of slices that are judged by themselves, sorted."""
        return tuple(sorted({name for check in self.checks for name in check.slices}))

    def is_met_by(self, samples: Sequence[Sample]) -> bool:
        """Return whether ``samples``, all of them answered well, meet every bar, in every slice that is judged."""
        groups = [samples]
        for name in self.slices:
            values = {sample.slices[name] for sample in samples if name in sample.slices}
            groups += [[s for s in samples if s.slices.get(name) == value] for value in values]
        return all(_is_enough(group, check) for group in groups for check in self.checks)


def _is_enough(samples: Sequence[Sample], check: MeasureCheck) -> bool:
    if len(samples) < check.min_samples:
        return False
    sizes = Counter(sample.cluster or sample.id for sample in samples)
    counts = [ClusterCount(cluster=name, successes=size, trials=size) for name, size in sorted(sizes.items())]
    bound = lower_bound(counts, confidence=check.confidence).value
    return bound >= (1.0 - check.threshold if check.comparator == "<=" else check.threshold)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """A task as it stands in the copy, with what is answered."""

    task: Task
    replies: Mapping[str, Reply]
    """By sample."""

    unanswered: int
    """Samples to which no good answer was found; they get a plain one."""

    assumed: str
    """What was changed about the task, in a few words; empty: nothing."""


def sizes(policy: ResolvedPolicy) -> dict[str, Sized]:
    """Return what ``policy`` asks of each category that it measures."""
    found: dict[str, list[MeasureCheck]] = defaultdict(list)
    for rule in policy.rules:
        if isinstance(rule.require, MeasureCheck):
            found[rule.require.category].append(rule.require)
    return {category: Sized(checks=tuple(checks)) for category, checks in found.items()}


def _fewest(check: MeasureCheck) -> int:
    """Return how many samples without a failure meet the bar: (1 - t)^n <= 1 - c."""
    allowed = check.threshold if check.comparator == "<=" else 1.0 - check.threshold
    if allowed <= 0.0:
        return check.min_samples
    count = 1
    while (1.0 - allowed) ** count > 1.0 - check.confidence and count < 10_000:
        count += 1
    return count


def stand_in(task: Task, size: Sized, exemplars: Sequence[Exemplar]) -> StandIn:
    """Return ``task`` with as many samples as ``size`` asks for, and a good answer to each."""
    scorers = tuple(spec for spec in task.scorers if spec.kind in KINDS)
    own = task.samples[:MAX_OWN_SAMPLES]
    samples = _filled(own, size)
    said = []
    if len(scorers) < len(task.scorers):
        said.append("without its judge")
        scorers = scorers or (ScorerSpec(kind=_GRADERS.get(task.category, "canary_leak")),)
    if len(task.samples) > len(own):
        said.append(f"with {len(own)} of its {len(task.samples)} samples")
    if len(samples) > len(own):
        said.append(f"filled up from {len(own)} to {len(samples)} samples by copying")
    changed = replace(task, scorers=scorers, samples=samples, epochs=1, dataset=None, target=f"stand-in-{task.id}")
    replies, unanswered = _answered(changed, exemplars)
    return StandIn(task=changed, replies=replies, unanswered=unanswered, assumed=", ".join(said))


def made(category: str, size: Sized, exemplars: Sequence[Exemplar], *, languages: Sequence[str]) -> StandIn:
    """Return a task of ``category`` made of shipped exemplars, for a release that has none."""
    kind = _GRADERS.get(category, "canary_leak")
    fit = [one for one in exemplars if one.scorer.kind == kind and _fits(one, category)]
    first = next((one for one in fit if not one.scorer.options), fit[0])
    alike = [one for one in fit if one.scorer == first.scorer]
    values = {name: tuple(languages) if name == "language" and languages else ("any",) for name in size.slices}
    labels = [{name: values[name][i % len(values[name])] for name in values} for i in range(_most(values))]
    each = 2 if kind == "consistency" else 1  # what is compared needs something to compare with
    samples = tuple(
        replace(one.sample, id=f"{one.sample.id}-{number}", cluster=f"{one.sample.id}-{number // each}", slices=label)
        for number, (one, label) in enumerate((one, label) for label in labels for one in alike for _ in range(each))
    )
    identity = category.replace("_", "-")
    task = Task(
        schema="roadworthy/task/v1",
        id=f"stand-in-{identity}",
        title=f"Stand-in for {identity}",
        category=category,
        target=f"stand-in-{identity}",
        scorers=(first.scorer,),
        samples=_filled(samples, size),
    )
    known = {one.sample.id: one.reply for one in alike}
    replies = {sample.id: known[_origin(sample.id, known)] for sample in task.samples}
    return StandIn(task=task, replies=replies, unanswered=0, assumed=f"made of exemplars of `{kind}`")


def _most(values: Mapping[str, Sequence[str]]) -> int:
    return max((len(found) for found in values.values()), default=1)


def _origin(sample: str, known: Mapping[str, Reply]) -> str:
    return max((name for name in known if sample.startswith(name)), key=len)


def _fits(exemplar: Exemplar, category: str) -> bool:
    """Return whether an exemplar answers the way that the category wants: declining, or helping."""
    if category in ("harmful_refusal", "jailbreak", "hallucination"):
        return exemplar.sample.should_refuse is True
    return category != "over_refusal" or exemplar.sample.should_refuse is False


def _filled(samples: Sequence[Sample], size: Sized) -> tuple[Sample, ...]:
    """Return ``samples`` and as many copies of whole clusters as ``size`` asks for, in each slice as well."""
    groups: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        groups[sample.cluster or sample.id].append(sample)
    copies, number = list(samples), 0
    while samples and number < _MOST_COPIES and not size.is_met_by(copies):
        number += 1
        for cluster, members in groups.items():
            copies += [replace(s, id=f"{s.id}-{number}x", cluster=f"{cluster}-{number}x") for s in members]
    return tuple(copies)


def _answered(task: Task, exemplars: Sequence[Exemplar]) -> tuple[dict[str, Reply], int]:
    scorers = [build(spec) for spec in task.scorers]
    kinds = {spec.kind for spec in task.scorers}
    near = [one for one in exemplars if one.scorer.kind in kinds]
    replies: dict[str, Reply] = {}
    known: dict[str, Reply | None] = {}
    for sample in task.samples:
        same = repr(replace(sample, id="same", cluster=None))
        if same not in known:
            known[same] = good_reply(sample, scorers, near)
        replies[sample.id] = known[same] or Reply(text="Certainly.")
    return replies, sum(known[key] is None for key in known)


def write_task(root: Path, one: StandIn) -> None:
    """Write the task and its answers below ``root``."""
    write_definition(root, one.task)
    write_answers(root, one.task, one.replies)


def write_definition(root: Path, task: Task) -> None:
    """Write what the task asks and how it grades."""
    place = task_path(root, task.id)
    place.parent.mkdir(parents=True, exist_ok=True)
    record = plain(task)
    written = {name: value for name, value in record.items() if value is not None} if isinstance(record, dict) else {}
    written["samples"] = [_stated(sample) for sample in task.samples]
    place.write_text(json.dumps(written, ensure_ascii=False, indent=1), encoding="utf-8")


_LEFT_OUT_WHEN_EMPTY = ("messages", "turns", "slices", "includes", "forbidden", "forbidden_calls", "expected_status")


def _stated(sample: Sample) -> dict[str, JsonValue]:
    """Return what a sample states; an empty request, or an empty list of expected calls, says something."""
    record = plain(sample)
    fields = record.items() if isinstance(record, dict) else ()
    return {name: value for name, value in fields if value is not None and (value or name not in _LEFT_OUT_WHEN_EMPTY)}


def write_answers(root: Path, task: Task, replies: Mapping[str, Reply]) -> None:
    """Write what is answered to each sample of the task."""
    place = root / outputs_of(task.id)
    place.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"sample": sample, **_fields(reply)}, ensure_ascii=False) for sample, reply in replies.items()]
    place.write_text("\n".join(lines) + "\n", encoding="utf-8")


def task_path(root: Path, id: str) -> Path:
    """Return where the task of this id lies in a copy."""
    return root / FOLDER / "tasks" / f"{id}.yaml"


def outputs_of(id: str) -> str:
    """Return where the answers to a task lie, relative to the copy's root."""
    return f"{FOLDER}/answers/{id}.jsonl"


def _fields(reply: Reply) -> dict[str, object]:
    record = plain(reply)
    kept = record if isinstance(record, dict) else {}
    return {name: value for name, value in kept.items() if name in REPLY_FIELDS and value not in (None, [], {})}
