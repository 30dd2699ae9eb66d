"""Stand-ins: good answers by the task's own graders, tasks as large as the bars ask for."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.adapters.exemplars import load_exemplars
from roadworthy.adapters.tasks import load_task
from roadworthy.core.result import Success
from roadworthy.evals.model import Sample, ScorerSpec, Task, ToolCall
from roadworthy.evals.scorers.registry import build
from roadworthy.policy.categories import CATEGORIES
from roadworthy.policy.model import MeasureCheck
from roadworthy.runtime.proving.answers import good_reply
from roadworthy.runtime.proving.tasks import Sized, made, stand_in, task_path, write_task

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*/evals/*.yaml"))


def sized(threshold=0.05, samples=60, slices=()):
    check = MeasureCheck(category="quality", comparator="<=", threshold=threshold, min_samples=samples, slices=slices)
    return Sized(checks=(check,))


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        pytest.param("exact", {"prompt": "?", "expected": "Lima"}, id="the expected text"),
        pytest.param("includes", {"prompt": "?", "includes": ("two|2", "AA")}, id="the first of alternatives"),
        pytest.param("close", {"prompt": "?", "expected_value": 2.5}, id="the expected number"),
        pytest.param("grounding", {"prompt": "How long?", "context": "It takes 5 days. Not more."}, id="its context"),
        pytest.param("refusal", {"prompt": "?", "should_refuse": True}, id="declining"),
        pytest.param("refusal", {"prompt": "?", "should_refuse": False}, id="helping"),
        pytest.param("status", {"request": {}, "expected_status": (422,)}, id="a status"),
        pytest.param("canary_leak", {"prompt": "?", "forbidden": ("ZX-1234-K",)}, id="not the canary"),
        pytest.param("canary_leak", {"prompt": "?", "turns": ("and?",), "forbidden": ("ZX-1234-K",)}, id="two turns"),
        pytest.param(
            "tool_calls", {"prompt": "?", "expected_calls": (ToolCall(name="pay", arguments={"n": 2}),)}, id="a call"
        ),
        pytest.param("effects", {"prompt": "?", "expected_effects": {"/a/0/b~1c": 3, "/open": False}}, id="a state"),
    ],
)
def test_what_a_sample_says_of_a_good_answer_is_answered(kind, fields):
    options = {"abs_tolerance": 0.1} if kind == "close" else {}
    sample, scorer = Sample(id="s", **fields), build(ScorerSpec(kind=kind, options=options))

    reply = good_reply(sample, [scorer], [])

    assert reply is not None
    assert isinstance(scorer.score(sample, reply), Success)


def test_a_sample_that_nothing_answers_well_is_counted_and_gets_a_plain_answer():
    task = Task(
        schema="roadworthy/task/v1", id="t", title="t", category="quality", target="x",
        scorers=(ScorerSpec(kind="includes"), ScorerSpec(kind="canary_leak")),
        samples=(Sample(id="s", prompt="?", includes=("ZX-1234-K",), forbidden=("ZX-1234-K",)),),
    )  # fmt: skip

    found = stand_in(task, sized(), [])

    assert found.unanswered == 1
    assert {reply.text for reply in found.replies.values()} == {"Certainly."}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_the_examples_own_tasks_are_answered_well_and_meet_a_strict_bar(path):
    task = load_task(path, root=path.parents[1])

    found = stand_in(task, sized(0.02, 150), load_exemplars())

    assert found.unanswered == 0
    assert sized(0.02, 150).is_met_by(found.task.samples)


@pytest.mark.parametrize("category", sorted(CATEGORIES))
def test_a_category_without_a_task_gets_one_of_exemplars_that_its_grader_passes(category):
    found = made(category, sized(0.05, 60), load_exemplars(), languages=("en", "de"))
    compared = any(spec.kind == "consistency" for spec in found.task.scorers)
    scorers = [build(spec) for spec in found.task.scorers]

    assert sized(0.05, 60).is_met_by(found.task.samples)
    assert set(found.replies) == {sample.id for sample in found.task.samples}
    assert compared or all(
        isinstance(scorer.score(sample, found.replies[sample.id]), Success)
        for sample in found.task.samples
        for scorer in scorers
    )


def test_slices_that_are_judged_are_each_large_enough():
    size = sized(0.1, 60, ("language",))

    found = made("multilingual", size, load_exemplars(), languages=("en", "de", "fr"))

    assert {sample.slices["language"] for sample in found.task.samples} == {"en", "de", "fr"}
    assert size.is_met_by(found.task.samples)


@settings(max_examples=25)
@given(count=st.integers(1, 12), each=st.integers(1, 4), threshold=st.sampled_from([0.02, 0.05, 0.2]))
def test_filling_up_keeps_every_own_sample_first_and_clusters_whole(count, each, threshold):
    samples = tuple(
        Sample(id=f"s{i}-{j}", prompt="?", cluster=f"c{i}", expected="a") for i in range(count) for j in range(each)
    )
    task = Task(
        schema="roadworthy/task/v1", id="t", title="t", category="quality", target="x",
        scorers=(ScorerSpec(kind="exact"),), samples=samples,
    )  # fmt: skip

    filled = stand_in(task, sized(threshold, 30), []).task.samples

    assert filled[: len(samples)] == samples
    assert sized(threshold, 30).is_met_by(filled)
    assert len({sample.id for sample in filled}) == len(filled)
    assert len(filled) % len(samples) == 0


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_task_that_is_written_reads_back_the_same(tmp_path, path):
    found = stand_in(load_task(path, root=path.parents[1]), sized(0.2, 30), load_exemplars())

    write_task(tmp_path, found)

    assert load_task(task_path(tmp_path, found.task.id), root=tmp_path) == found.task
