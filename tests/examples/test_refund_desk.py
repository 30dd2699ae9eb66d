"""The example of a conversation with tools: measured, reported, mended and compared, by commands and in Python."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest
from aiohttp import web

import roadworthy as rw
from fakes.local_server import LocalServer
from roadworthy.cli.main import run

EXAMPLE = Path(__file__).parents[2] / "examples" / "refund-desk"
MENDED = (("return (order, words)", "return (order,)"), ("return found", "return [order]"))
SCORERS = {
    "refunds": [rw.ScorerSpec(kind="tool_calls", options={"allow_others": False}), "effects", "includes"],
    "notes": ["canary_leak", "includes", "tool_calls"],
}
BETTER, WORSE, BLOCKED, CANNOT_TELL = 0, 1, 1, 3

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("refund_desk")]


@dataclass(frozen=True)
class Version:
    """The desk as it was at one time, measured by commands and in Python."""

    runs: dict[str, str]
    """Run by task, of ``rw eval run``."""

    served: dict[str, rw.Evaluation]
    """By task, of ``rw.evaluate`` on the server."""

    function: rw.Evaluation
    """The task ``refunds``, of ``rw.evaluate`` on the function."""

    gate: subprocess.CompletedProcess[str]
    """``rw gate`` after the runs."""


@dataclass(frozen=True)
class Story:
    root: Path
    before: Version
    after: Version
    not_restarted: subprocess.CompletedProcess[str]
    """``rw eval run`` after the mending, while the old desk still answers."""


@contextmanager
def desk_served(root):
    process = subprocess.Popen(
        [sys.executable, "-m", "refund_desk"], cwd=root, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    try:
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.fixture(scope="module")
def command(programs):
    def call(root, url, *arguments):
        return subprocess.run(
            [programs / "rw", *arguments], cwd=root, env={**os.environ, "REFUND_DESK_URL": url}, capture_output=True,
            text=True, timeout=240, check=False,
        )  # fmt: skip

    return call


def load_desk(root, name):
    """The desk as its file is now, under a name of its own."""
    spec = importlib.util.spec_from_file_location(name, root / "refund_desk" / "desk.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def served_at(url):
    return rw.TargetSpec(
        key="served", kind="http", url=f"{url}/ask", turns="session",
        body={"session": "{{session}}", "message": "{{prompt}}"}, reply_path="/answer",
    )  # fmt: skip


def measured(command, root, url, name):
    assert command(root, url, "assess").returncode == 0
    done = command(root, url, "eval", "run", "--all", "--format", "json")
    assert done.returncode == 0, done.stderr
    served = {
        task: rw.evaluate(served_at(url), root / "evals" / f"{task}.jsonl", scorers=scorers, epochs=2)
        for task, scorers in SCORERS.items()
    }
    samples = root / "evals" / "refunds.jsonl"
    function = rw.evaluate(load_desk(root, name).answer, samples, scorers=SCORERS["refunds"], epochs=2)
    runs = {item["result"]["task"]: item["result"]["run"] for item in json.loads(done.stdout)["evidence"]}
    return Version(runs=runs, served=served, function=function, gate=command(root, url, "gate"))


@pytest.fixture(scope="module")
def story(tmp_path_factory, command):
    """A copy of the example, measured as it is, mended as its README says, and measured again."""
    root = tmp_path_factory.mktemp("story") / "refund-desk"
    shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns(".roadworthy", "__pycache__"))
    with desk_served(root) as url:
        before = measured(command, root, url, "desk_before")
        source = (root / "refund_desk" / "desk.py").read_text()
        for wrong, right in MENDED:
            assert source.count(wrong) == 1
            source = source.replace(wrong, right)
        (root / "refund_desk" / "desk.py").write_text(source)
        assert command(root, url, "assess").returncode == 0
        not_restarted = command(root, url, "eval", "run", "notes")
    with desk_served(root) as url:
        after = measured(command, root, url, "desk_after")
    return Story(root=root, before=before, after=after, not_restarted=not_restarted)


@pytest.fixture
def said(story, capsys):
    """Run a command on the example; return its exit code and what it printed."""

    def call(*arguments):
        capsys.readouterr()
        code = run([*arguments, "--root", str(story.root)])
        return code, capsys.readouterr().out

    return call


def shown(said, run_id):
    code, out = said("eval", "show", run_id, "--format", "json")
    assert code == 0
    return {(r["sample"], r["epoch"]): r for r in json.loads(out)["results"]}


def by_command(said, run_id):
    """Every outcome of a run, with its reason."""
    return {
        key: {s["scorer"]: (s["outcome"]["kind"], s["outcome"]["reason"]) for s in result["scores"]}
        for key, result in shown(said, run_id).items()
    }


def in_python(evaluation):
    return {
        (r.sample, r.epoch): {s.scorer: (s.outcome.kind, s.outcome.reason) for s in r.scores}
        for r in evaluation.samples
    }


def successes(evaluation, metric, slice_="all"):
    rate = evaluation.rate(metric, slice=slice_)
    return rate.numerator, rate.denominator


def test_it_pays_twice_when_asked_again_in_other_words_and_tells_the_notes_of_others(story):
    refunds, notes = story.before.served["refunds"], story.before.served["notes"]

    assert {asked: successes(refunds, "effects", f"asked={asked}") for asked in ("once", "same words", "other words")} \
        == {"once": (40, 40), "same words": (40, 40), "other words": (0, 40)}  # fmt: skip
    assert successes(refunds, "tool_calls") == (120, 160)
    assert successes(refunds, "includes") == (160, 160)
    assert successes(notes, "canary_leak") == (0, 160)


@pytest.mark.parametrize("task", ["refunds", "notes"])
@pytest.mark.parametrize("version", ["before", "after"])
def test_commands_and_python_agree_on_every_outcome(story, said, task, version):
    measured_then = getattr(story, version)
    outcomes = by_command(said, measured_then.runs[task])

    assert len(outcomes) == 160
    assert outcomes == in_python(measured_then.served[task])


@pytest.mark.parametrize("version", ["before", "after"])
def test_a_desk_that_keeps_its_session_and_one_that_is_told_everything_each_time_agree(story, said, version):
    measured_then = getattr(story, version)
    served = by_command(said, measured_then.runs["refunds"])

    assert by_command(said, measured_then.runs["refunds-in-process"]) == served
    assert in_python(measured_then.function) == served


def test_a_conversation_is_kept_with_its_turns_the_calls_with_their_results_and_the_final_state(story, said):
    result = shown(said, story.before.runs["refunds"])["order-1033", 0]
    response = result["response"]
    paid = {"order": "1033", "amount": 84}

    assert [turn["role"] for turn in response["turns"]] == ["assistant", "user"]
    assert [(call["name"], call["result"]) for call in response["tool_calls"]] == [
        ("look_up_order", "2 found"), ("refund", "paid"), ("refund", "paid"),
    ]  # fmt: skip
    assert response["effects"] == {"refunds": [paid, paid]}
    assert result["calls"] == 2


def test_a_desk_that_was_not_started_again_cannot_answer_for_the_mended_one(story):
    assert story.not_restarted.returncode == CANNOT_TELL
    assert "the target answers with another desk than this release has" in story.not_restarted.stderr


def test_the_gate_blocks_the_desk_and_then_asks_for_more_conversations_than_there_are(story):
    blocked, mended = story.before.gate, story.after.gate

    assert blocked.returncode == BLOCKED
    assert "refunds: effects: 40 of 160 failed" in blocked.stdout
    assert "notes: canary_leak: 160 of 160 failed" in blocked.stdout
    assert mended.returncode == CANNOT_TELL
    assert "refunds: effects: 0 of 160 failed" in mended.stdout
    assert "more samples would decide it" in mended.stdout


def test_the_report_is_a_page_a_test_report_rows_and_a_comment(story, said):
    run_id = story.before.runs["refunds"]
    page, junit, rows, comment = (
        said("eval", "report", run_id, "--format", form, "--out", "-")[1] for form in ("html", "junit", "csv", "md")
    )
    suite = ElementTree.fromstring(junit)  # noqa: S314 - our own output
    found = list(csv.DictReader(io.StringIO(rows)))

    assert page.startswith("<!doctype html>")
    assert "Bar refuted" in page
    assert int(suite.get("failures")) > 0
    assert suite.find(".//testcase[@classname='base/eval-tool-use-high']/failure") is not None
    assert sum((row["scorer"], row["outcome"]) == ("effects", "failure") for row in found) == 40
    assert len(found) == 480
    assert "effects" in comment


@pytest.mark.parametrize("task", ["refunds", "notes"])
def test_the_mended_desk_is_better_and_the_other_way_round_it_is_worse(story, said, task):
    before, after = story.before.runs[task], story.after.runs[task]
    code, text = said("eval", "diff", before, after, "--margin", "0.15")
    back, worse = said("eval", "diff", after, before, "--margin", "0.15")

    assert (code, back) == (BETTER, WORSE)
    assert text.startswith("BETTER")
    assert worse.startswith("WORSE")
    assert "newly passing" in text


def test_what_the_desk_did_keeps_it_from_shipping_until_it_is_mended(story):
    bars = rw.at_least("effects", 0.9), rw.at_least("tool_calls", 0.9), rw.at_least("includes", 0.9)

    with pytest.raises(AssertionError, match=r"2 of 3 bars do not hold\n- refuted: effects: 120 of 160"):
        rw.assert_ships(story.before.served["refunds"], *bars)
    with pytest.raises(AssertionError, match="refuted: canary_leak: 160 of 160 failed"):
        rw.assert_ships(story.before.served["notes"], rw.at_most("canary_leak", 0.05))
    rw.assert_ships(story.after.served["refunds"], *bars)
    rw.assert_ships(story.after.served["notes"], rw.at_most("canary_leak", 0.05))


def test_python_compares_two_desks_as_the_command_does(story, said):
    before, after = story.before.served["refunds"], story.after.served["refunds"]
    compared = rw.compare(after, baseline=before, margin=0.15)
    runs = story.before.runs["refunds"], story.after.runs["refunds"]
    by_diff = json.loads(said("eval", "diff", *runs, "--margin", "0.15", "--format", "json")[1])

    assert compared.verdict == by_diff["verdict"] == "better"
    assert [(c.metric, c.slice, c.base_successes, c.candidate_successes, c.verdict) for c in compared.found.rates] == [
        (c["metric"], c["slice"], c["base_successes"], c["candidate_successes"], c["verdict"]) for c in by_diff["rates"]
    ]
    with pytest.raises(AssertionError, match="worse: "):
        rw.assert_not_worse(before, after, margin=0.15)


def test_a_call_that_is_tried_again_never_makes_the_desk_pay_twice():
    """The desk acts and its answer is lost: asking the same session again would find a payment of our own making."""
    desk_of = load_desk(EXAMPLE, "desk_flaky")
    sessions, lost = {}, set()

    async def ask(request):
        asked = await request.json()
        reply = dict(sessions.setdefault(asked["session"], desk_of.Desk()).hear(asked["message"]))
        acted = {(asked["message"], call["arguments"]["order"]) for call in reply["tool_calls"]}
        if acted - lost:
            lost.update(acted)
            return web.json_response({}, status=503)
        return web.json_response({"answer": reply.pop("text"), "roadworthy": reply})

    # So few at a time never lose ten answers in a row, which would count as a desk that is down.
    with LocalServer(ask) as server:
        found = rw.evaluate(
            served_at(server.url), EXAMPLE / "evals" / "refunds.jsonl", scorers=SCORERS["refunds"], concurrency=6
        )

    assert len(lost) == 100  # 80 first turns, and 20 in which it was asked again in other words
    assert found.unassessed() == {}
    assert {asked: successes(found, "effects", f"asked={asked}") for asked in ("once", "same words", "other words")} \
        == {"once": (20, 20), "same words": (20, 20), "other words": (0, 20)}  # fmt: skip
    assert sum(result.calls for result in found.samples) == server.hits
