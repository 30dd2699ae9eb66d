"""Inspect tasks as targets, with Inspect itself: solver, tools and scorers run for real in a process of its own."""

import asyncio
import os
import tempfile
from pathlib import Path

import pytest

from fakes.inspect_task import TASK
from roadworthy.core.digest import canonical_json, is_digest
from roadworthy.core.errors import ManifestError
from roadworthy.evals.model import Message, NoReply, Reply, Sample
from roadworthy.evals.ports import Request
from roadworthy.evals.scorers.inspect_score import InspectScore
from roadworthy.integrations.inspect_ai.samples import keys_of
from roadworthy.integrations.inspect_ai.target import build_inspect, response_of
from roadworthy.inventory.model import TargetSpec

slow = [pytest.mark.slow, pytest.mark.xdist_group("inspect")]


@pytest.fixture
def root(tmp_path):
    (tmp_path / "capitals.py").write_text(TASK)
    return tmp_path


def target_of(root, **fields):
    entry = {"path": "capitals.py@capitals", "model": "echo/x", "timeout_s": 120} | fields
    return build_inspect(TargetSpec(key="inspect", kind="inspect", **entry), root=root)


def request(sample, text, seed=1, **parameters):
    messages = (Message(role="user", content=text),) if isinstance(text, str) else text
    return Request(sample=sample, epoch=0, messages=messages, raw=None, seed=seed, parameters=parameters)


def asked(target, *requests):
    async def together():
        try:
            return await asyncio.gather(*map(target.ask, requests))
        finally:
            await target.close()
            await target.close()

    return asyncio.run(together())


class TestWithInspect:
    """Each test starts Inspect, which takes seconds."""

    pytestmark = slow

    def test_replies_tools_usage_and_scores_are_those_of_inspect(self, root, tmp_path, monkeypatch):
        # A folder of its own: other tests make and remove theirs at the same time.
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        conversation = (Message(role="system", content="be short"), Message(role="user", content="say Oslo"))
        right, wrong, other, odd, tool, unscored, explode, noise, unknown, spoke = asked(
            target_of(root),
            request("q-1", "say Paris"),
            request("q-1.2", "say Rome"),
            request("3", conversation),
            request("q-1.2", "say Roma"),
            request("tool", "use the tool, say paid"),
            request("unscored", "unscored say Paris"),
            request("explode", "explode"),
            request("print", "print say Paris"),
            request("nobody", "say Paris"),
            request("q-1", "say Paris", seed=2, temperature=0.5),
        )

        assert right.text == "Paris"
        assert right.scores_reported == {"match": "C", "length": 5.0, "parts/first": 1.0, "parts/grade": "P"}
        assert (right.usage.input_tokens, right.usage.output_tokens) == (5, 3)
        assert (wrong.text, wrong.scores_reported["match"]) == ("Rome", "I")
        assert (other.text, other.scores_reported["match"]) == ("Oslo", "C")
        assert odd == NoReply(reason="the sample does not ask what the Inspect dataset asks; import it again")
        assert [(c.name, c.arguments, c.result) for c in tool.tool_calls] == [
            ("look_up", {"order": 7}, "order 7 is paid")
        ]
        assert "length" not in unscored.scores_reported
        assert explode == NoReply(reason="Inspect's sample failed with ZeroDivisionError")
        assert noise.text == "Paris"
        assert unknown == NoReply(reason="the Inspect dataset has no such sample; import it again")
        assert spoke.text == "Paris"
        assert all(canonical_json(reply) for reply in (right, tool, unscored))
        calls = (root / "calls").read_text().splitlines()
        assert sorted(line for line in calls if line.startswith("say Paris")) == ["say Paris|1|None", "say Paris|2|0.5"]
        # Nothing is asked that was not asked for, and no log is left.
        assert not any("say 7" in line for line in calls)
        assert list(tmp_path.glob("roadworthy-inspect-*")) == []
        assert sorted(p.name for p in root.iterdir() if p.name != "__pycache__") == ["calls", "capitals.py"]

    def test_more_samples_than_a_round_holds_are_all_asked_once(self, root):
        replies = asked(target_of(root), *(request(f"many-{i}", f"say {i}") for i in range(100)))

        assert [reply.text for reply in replies] == [str(i) for i in range(100)]
        assert len((root / "calls").read_text().splitlines()) == 100

    def test_a_sample_over_its_time_is_no_reply_and_the_others_are_answered(self, root):
        hung, right = asked(target_of(root, timeout_s=5), request("hang", "hang"), request("q-1", "say Paris"))

        assert isinstance(hung, NoReply)
        assert (hung.retryable, hung.reason.startswith("timeout")) == (True, True)
        assert right.text == "Paris"

    def test_a_sample_that_ends_inspect_can_be_told_from_its_neighbours_when_asked_again(self, root):
        target = target_of(root)
        both = (request("die", "die"), request("tool", "use the tool, say paid"))

        async def twice():
            first = await asyncio.gather(*map(target.ask, both))
            second = await asyncio.gather(*map(target.ask, both))
            await target.close()
            return first, second

        first, second = asyncio.run(twice())

        assert NoReply(reason="Inspect's process ended", retryable=True) in first
        assert second[0] == NoReply(reason="Inspect's process ended")
        assert second[1].text == "paid"

    def test_a_sample_that_blocks_inspect_is_ended_with_it(self, root):
        (answer,) = asked(target_of(root, timeout_s=1), request("block", "block"))

        assert answer == NoReply(reason="timeout after 1 s: Inspect was ended")

    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"path": "capitals.py@broken"}, "the Inspect task does not load: ValueError"),
            ({"model": "nobody/x"}, "Inspect could not run: "),
            (
                {"parameters": {"task_args": {"wrong": 1}}},
                "the Inspect task does not load: it takes no argument 'wrong'",
            ),
        ],
    )
    def test_a_task_that_does_not_run_is_no_reply_with_its_reason(self, root, fields, reason):
        (answer,) = asked(target_of(root, **fields), request("q-1", "say Paris"))

        assert isinstance(answer, NoReply)
        assert answer.reason.startswith(reason)
        assert not answer.retryable

    def test_closing_ends_inspect_and_answers_who_waits(self, root):
        target = target_of(root, timeout_s=300)

        async def closed():
            waiting = asyncio.ensure_future(target.ask(request("hang", "hang")))
            while not (root / "calls").exists():
                await asyncio.sleep(0.1)
            await target.close()
            return await waiting

        assert asyncio.run(closed()) == NoReply(reason="the target was closed")


def test_rows_and_raw_requests_are_no_questions_for_inspect(root):
    raw = Request(sample="s", epoch=0, messages=(), raw={"a": 1}, seed=1, parameters={})
    row = Request(sample="s", epoch=0, messages=(), raw=None, seed=1, parameters={}, features={"a": 1})

    assert {answer.reason for answer in asked(target_of(root), raw, row)} == {
        "an Inspect task takes conversations, and the sample has none"
    }


def test_a_parameter_that_inspect_does_not_take_is_no_reply(root):
    (answer,) = asked(target_of(root), request("q-1", "say Paris", logprobs=3))

    assert answer == NoReply(reason="Inspect takes no parameter 'logprobs' from here")


def test_the_digest_changes_with_file_model_and_parameters(root):
    digests = {
        target_of(root).digest,
        target_of(root, model="echo/y").digest,
        target_of(root, parameters={"temperature": 1}).digest,
    }
    (root / "capitals.py").write_text(TASK + "\n# changed\n")

    assert len(digests | {target_of(root).digest}) == 4
    assert all(map(is_digest, digests))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"path": None}, "names no Inspect task"),
        ({"path": "capitals.py"}, "names no Inspect task"),
        ({"path": "capitals.py@a b"}, "names no Inspect task"),
        ({"path": "capitals.yaml@capitals"}, "names no Inspect task"),
        ({"path": "../capitals.py@capitals"}, "outside the manifest's folder"),
        ({"path": "/capitals.py@capitals"}, "outside the manifest's folder"),
        ({"path": "no.py@capitals"}, "no file 'no.py'"),
        ({"model": None}, "names no model"),
        ({"headers": {"Authorization": "Bearer x"}}, "has headers"),
        ({"parameters": {"task_args": 3}}, "`task_args` must be a mapping"),
        ({"parameters": {"n": 3}}, "takes no parameter 'n'"),
    ],
)
def test_an_entry_that_says_no_inspect_task_is_refused(root, fields, message):
    with pytest.raises(ManifestError, match=message) as caught:
        target_of(root, **fields)

    assert caught.value.where.startswith("targets.inspect")
    assert "Bearer" not in str(caught.value)


def test_ids_of_inspect_become_keys_that_differ():
    ids = ["A", "a", "Ä!", "x" * 300, "x" * 301, 1, "1", ""]
    keys = keys_of(ids)

    assert len(set(keys)) == len(ids)
    assert [Sample(id=key, prompt="q").id for key in keys] == keys


SAMPLE = Sample(id="s", prompt="q")


@pytest.mark.parametrize(
    ("reported", "options", "kind", "value"),
    [
        ({"m": "C"}, {}, "success", 1.0),
        ({"m": "I"}, {}, "failure", 0.0),
        ({"m": "P"}, {}, "failure", 0.5),
        ({"m": "N"}, {}, "failure", 0.0),
        ({"m": "P"}, {"at_least": 0.5}, "success", 0.5),
        ({"m": "yes"}, {}, "success", 1.0),
        ({"m": "maybe"}, {}, "unassessed", None),
        ({"m": "maybe"}, {"at_least": 0.5}, "unassessed", None),
        ({"m": ""}, {}, "unassessed", None),
        ({"m": 1.0}, {}, "success", 1.0),
        ({"m": 0.0}, {}, "failure", 0.0),
        ({"m": 0.7}, {}, "unassessed", None),
        ({"m": 0.7}, {"at_least": 0.7}, "success", 0.7),
        ({"m": 0.69}, {"at_least": 0.7}, "failure", 0.69),
        ({"m": 3.0}, {"at_most": 2}, "failure", 3.0),
        ({"m": 2.0}, {"at_least": 1, "at_most": 2}, "success", 2.0),
        ({"m": float("nan")}, {"at_least": 1}, "unassessed", None),
        ({}, {}, "unassessed", None),
        ({"a": "C", "b": "C"}, {}, "unassessed", None),
        ({"a": "C", "b": "I"}, {"scorer": "b"}, "failure", 0.0),
        ({"a": "C"}, {"scorer": "b"}, "unassessed", None),
    ],
)
def test_a_reported_score_is_an_outcome_only_where_it_is_plain(reported, options, kind, value):
    outcome = InspectScore(**options).score(SAMPLE, Reply(text="x", scores_reported=reported))

    assert outcome.kind == kind
    assert getattr(outcome, "value", None) == value
    assert "maybe" not in outcome.reason


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"at_least": True}, "`at_least` must be a finite number"),
        ({"at_most": float("inf")}, "`at_most` must be a finite number"),
        ({"at_least": 2, "at_most": 1}, "`at_least` 2 is above `at_most` 1"),
        ({"scorer": 3}, "`scorer` must be a text"),
    ],
)
def test_a_threshold_that_is_none_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        InspectScore(**options)


def test_keys_of_the_environment_that_steer_inspect_do_not_reach_it():
    from roadworthy.integrations.inspect_ai.process import _environment

    found = _environment(Path("private"))

    assert {name for name in found if name.startswith("INSPECT_")} == {
        "INSPECT_DISPLAY", "INSPECT_LOG_LEVEL", "INSPECT_LOG_DIR", "INSPECT_TRACE_FILE",
    }  # fmt: skip
    assert found["PATH"] == os.environ["PATH"]


@pytest.mark.parametrize(
    "wrong",
    [{"tool_calls": [{"name": "refund", "arguments": "all", "result": None}]}, {"text": None}, {"finish_reason": 7}],
    ids=str,
)
def test_an_answer_that_would_not_read_back_is_no_reply(wrong):
    message = {
        "text": "x", "tool_calls": [], "scores": {}, "finish_reason": None,
        "input_tokens": 1, "output_tokens": 1, "latency_s": 0.1,
    }  # fmt: skip

    assert isinstance(response_of(message), Reply)
    assert response_of({**message, **wrong}) == NoReply(reason="Inspect's answer holds what cannot be stored")
