"""Promise: what goes through a guarded run appears in no repr, error or record, whatever becomes of it."""

from __future__ import annotations

import gc
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fakes.guard_world import bundle, rule
from fakes.guarded_runs import ADA, GRANTS, SetClock, guard, say_yes
from roadworthy.adapters.guard.approvals import SqliteApprovals
from roadworthy.adapters.guard.memory_labels import SqliteMemoryLabels
from roadworthy.adapters.guard.records import RecordFile
from roadworthy.core.errors import RoadworthyError
from roadworthy.guard.calls.policy import ToolPolicy
from roadworthy.guard.protocols.plain import Call, PlainCall
from roadworthy.guard.replay.recording import policy_use
from roadworthy.guard.segment import Provenance
from roadworthy.guard.session.errors import ApprovalRequiredError, BlockedError
from roadworthy.guard.session.run import Run
from roadworthy.guard.session.ticket import Chunk

CANARY = "Qz7ZebraKw9Lm4Tn"
TEXT = f"the key is {CANARY}"
DEEP = {"a": [{"b": TEXT}], "c": 1}
WATCHED = ("session", "approvals", "calls", "run", "flow", "budget", "event", "segment", "verdict", "replay")


def returned(run: Run) -> None:
    run.returned(run.call("look", DEEP, id="one"), DEEP)


def failed(run: Run) -> None:
    run.failed(run.call("look", {"a": TEXT}), said=TEXT)


def judged(run: Run) -> None:
    run.judge(PlainCall(Call.ARGUMENTS).decode(DEEP))


def streamed(run: Run) -> None:
    stream = run.stream()
    stream.push(TEXT)
    stream.finish()


def kept_key(run: Run) -> None:
    run.returned(run.call("look", {"a": TEXT}, key="k"), TEXT)
    run.call("look", {"a": TEXT}, key="k")


def remembered(run: Run) -> None:
    run.ask(TEXT)
    run.returned(run.call("remember", {"key": CANARY, "value": TEXT}), TEXT)
    run.returned(run.call("recall", {"key": CANARY}), TEXT)


ACTS: dict[str, Callable[[Run], Any]] = {
    "define": lambda run: run.define([{"name": "look", "description": TEXT}]),
    "instruct": lambda run: run.instruct(TEXT),
    "ask": lambda run: run.ask(TEXT),
    "ask, no text": lambda run: run.ask(TEXT.encode()),
    "ask, half": lambda run: run.ask(TEXT + "\ud800"),
    "retrieved": lambda run: run.retrieved([Chunk(text=TEXT, provenance=Provenance(document="d"))]),
    "returned": returned,
    "returned, no JSON": lambda run: run.returned(run.call("look", {}), {TEXT}),
    "failed": failed,
    "answer": lambda run: run.answer(TEXT),
    "stream": streamed,
    "judge": judged,
    "key": kept_key,
    "memory": remembered,
    "no grant": lambda run: run.call(f"send {CANARY}", {"a": TEXT}),
    "no JSON": lambda run: run.call("look", {"a": {TEXT}}),
    "no amount": lambda run: run.call("pay", {"amount": TEXT}),
    "no owner": lambda run: run.call("order", {"id": CANARY}),
    "no origin": lambda run: run.call("mail", {"to": CANARY}),
    "asks": lambda run: run.call("send", {"to": CANARY}),
    "asks by origin": lambda run: run.call("post", {"to": CANARY}),
    "no name": lambda run: run.call(f"{CANARY}\n", {}),
    "no id": lambda run: run.call("look", {}, id=f"{CANARY}\n"),
}


def alive() -> Iterator[object]:
    """Every object of the guard that is alive."""
    for one in gc.get_objects():
        module = getattr(type(one), "__module__", "")
        if isinstance(module, str) and module.startswith(tuple(f"roadworthy.guard.{part}" for part in WATCHED)):
            yield one


@pytest.mark.parametrize("stops", [False, True], ids=["goes on", "is stopped"])
@pytest.mark.parametrize("name", ACTS)
def test_nothing_that_went_through_a_run_is_shown(tmp_path, name, stops):
    kept: list[Any] = []
    clock, book = SetClock(), SqliteApprovals(tmp_path / "approvals.sqlite")
    policy = bundle(
        rule("animals", "Zebra" if stops else "no such word"),
        tools=ToolPolicy(grants=GRANTS, max_repeats=1_000),
    )
    keeper = SqliteMemoryLabels(tmp_path / "labels.sqlite")
    run = guard(policy, approvals=book, clock=clock, memory=keeper, record=kept.append).run(ADA)
    shown: list[str] = []
    for _ in range(2):
        try:
            ACTS[name](run)
        except RoadworthyError as error:
            shown += [str(error), repr(error), *traceback.format_exception_only(error), repr(vars(error))]
            if isinstance(error, BlockedError):
                shown += [error.message, error.stub]
            if isinstance(error, ApprovalRequiredError):
                say_yes(book, error.asked, at=clock.at, person="max" if error.asked.by else "ada")

    shown += [repr(one) for one in alive()]
    file = RecordFile(tmp_path / "records.jsonl")
    file.append(kept, uses={policy.digest: policy_use(policy)})
    file.close()
    shown += [repr(run), repr(run.state), repr(run.outcomes())]
    files = [one.read_bytes().decode("latin-1") for one in tmp_path.rglob("*") if one.is_file()]
    assert [one[:300] for one in (*shown, *files) if CANARY in one] == []
