"""Targets that need no network: callables and outputs made before."""

import asyncio
import json
import time

import pytest

from roadworthy.adapters.targets import build_target
from roadworthy.adapters.targets.exchange import MAX_REPLY_BYTES
from roadworthy.core.errors import ConfigError, ManifestError
from roadworthy.evals.execution.conversation import converse
from roadworthy.evals.model import Message, NoReply, Reply, Sample, ToolCall, Usage
from roadworthy.evals.ports import Request
from roadworthy.inventory.model import TargetSpec

MODULE = """
import asyncio, time
from collections.abc import Mapping
from roadworthy.evals.model import NoReply
seen = []
def text(request): return "sync " + request["prompt"]
async def awaited(request):
    await asyncio.sleep(0)
    return {"text": "async", "tool_calls": [{"name": "refund", "arguments": {"amount": 5}}], "components": ["prompt"]}
def keeps(request): seen.append(request); return "ok"
def slow(request): time.sleep(1.0); return "late"
def raises(request): raise LookupError("the customer's name")
def exits(request): raise SystemExit(1)
def stops(request): raise StopIteration
def number(request): return 7
def wrong(request): return {"text": 7}
def extra(request): return {"text": "x", "txet": "y"}
def half(request): return "a" + chr(0xD800)
async def streams(request):
    yield "Hel"
    yield "lo"
    yield {"effects": {"n": 1}}
async def fields(request):
    yield {"text": "whole"}
async def odd(request):
    yield 7
async def twice(request):
    yield {"effects": {}}
    yield {"effects": {"n": 1}}
async def endless(request):
    while True: yield "x" * 1_000_000
async def hangs(request):
    yield "x"
    await asyncio.sleep(60)
async def breaks(request):
    yield "x"
    raise LookupError("the customer's name")
def given(request): return streams(request)
class Callable:
    async def __call__(self, request): return "object"
made = Callable()
constant = 7

def cancels(request):
    raise asyncio.CancelledError

async def cancels_later(request):
    inner = asyncio.create_task(asyncio.sleep(60))
    inner.cancel()
    await inner

def gives_up(request):
    raise GeneratorExit

class Lazy(Mapping):
    def __getitem__(self, name):
        raise LookupError("s3cret")
    def __iter__(self):
        return iter(["text"])
    def __len__(self):
        return 1

def lazy(request):
    return Lazy()

def silent(request):
    return NoReply(reason="s3cret", retry_after_s=float("nan"))

def huge(request):
    return "x" * (4 * 1024 * 1024 + 1)

def foreign(request):
    return {"text": "x", "usage": {"s3cret": 1}}

async def will_not_be_cancelled(request):
    for _ in range(3):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass

async def blocks(request):
    time.sleep(0.5)

async def awaits_long(request):
    await asyncio.sleep(60)
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("team")
    (folder / "roadworthy_team_app.py").write_text(MODULE)
    (folder / "roadworthy_broken_app.py").write_text("raise RuntimeError('no key')")
    return folder


def question(sample="s0", epoch=0, **changes):
    messages = (Message(role="system", content="be kind"), Message(role="user", content="hi"))
    fields = {"sample": sample, "epoch": epoch, "messages": messages, "raw": None, "seed": 5, "parameters": {"a": 1}}
    return Request(**(fields | changes))


def call(root, function, request=None, **spec):
    target = build_target(
        TargetSpec(key="t", kind="python", callable=f"roadworthy_team_app:{function}", **spec), root=root, environ={}
    )
    return asyncio.run(target.ask(request or question()))


def test_a_text_is_a_reply(root):
    assert call(root, "text").text == "sync hi"


def test_a_coroutine_is_awaited_and_its_fields_are_read(root):
    reply = call(root, "awaited")

    assert (reply.text, reply.components) == ("async", ("prompt",))
    assert reply.tool_calls == (ToolCall(name="refund", arguments={"amount": 5}),)


@pytest.mark.parametrize("function", ["streams", "given"])
def test_a_stream_of_texts_is_put_together(root, function):
    reply = call(root, function)

    assert (reply.text, reply.effects) == ("Hello", {"n": 1})


def test_a_stream_may_give_its_text_as_a_field(root):
    assert call(root, "fields").text == "whole"


def test_a_stream_that_hangs_times_out(root):
    assert call(root, "hangs", timeout_s=0.2) == NoReply(reason="timeout after 0.2 s", retryable=True)


@pytest.mark.parametrize(("turns", "sent"), [("replay", ["be kind", "hi"]), ("session", ["hi"])])
def test_the_function_is_given_the_conversation_or_what_is_new(root, turns, sent):
    call(root, "keeps", question(session="abc", turn=1, features={"age": 40}), turns=turns)
    import roadworthy_team_app

    seen = roadworthy_team_app.seen[-1]

    assert [message["content"] for message in seen["messages"]] == sent
    assert (seen["session"], seen["turn"], seen["features"]) == ("abc", 1, {"age": 40})


def test_an_object_with_an_async_call_is_awaited(root):
    assert call(root, "made").text == "object"


def test_the_function_is_given_the_question_and_not_the_sample(root):
    call(root, "keeps", parameters={"a": 0, "b": 2})
    import roadworthy_team_app

    assert roadworthy_team_app.seen[-1] == {
        "prompt": "hi",
        "messages": [{"role": "system", "content": "be kind"}, {"role": "user", "content": "hi"}],
        "features": None,
        "raw": None,
        "session": "",
        "turn": 0,
        "seed": 5,
        "parameters": {"a": 1, "b": 2},
    }


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        ("raises", "the callable raised LookupError"),
        ("exits", "the callable raised SystemExit"),
        ("stops", "the callable raised RuntimeError"),
        ("cancels", "the callable raised CancelledError"),
        ("cancels_later", "the callable raised CancelledError"),
        ("gives_up", "the callable raised GeneratorExit"),
        ("lazy", "the callable raised LookupError"),
        ("silent", "the callable returned NoReply, not a text or a mapping"),
        ("huge", f"the reply is larger than {MAX_REPLY_BYTES} characters"),
        ("foreign", "the reply does not read: usage.*: unexpected_keyword_argument"),
        ("number", "the callable returned int, not a text or a mapping"),
        ("wrong", "the reply does not read: text: string_type"),
        ("extra", "the reply does not read: text?: unexpected_keyword_argument"),
        ("odd", "the callable streams int, not texts"),
        ("twice", "the callable streams a field twice"),
        ("endless", f"the reply is larger than {MAX_REPLY_BYTES} characters"),
        ("breaks", "the callable raised LookupError"),
    ],
)
def test_what_goes_wrong_in_the_callable_is_no_reply_and_quotes_nothing(root, function, reason):
    assert call(root, function) == NoReply(reason=reason)


def test_half_a_character_does_not_break_the_journal(root):
    assert call(root, "half").text == "a\N{REPLACEMENT CHARACTER}"


def test_a_slow_callable_times_out_and_holds_nothing_up(root):
    started = time.perf_counter()

    assert call(root, "slow", timeout_s=0.05) == NoReply(reason="timeout after 0.05 s", retryable=True)
    assert time.perf_counter() - started < 20


@pytest.mark.parametrize(
    ("callable_", "match"),
    [
        ("roadworthy_no_such_app:f", "does not import: ModuleNotFoundError"),
        ("roadworthy_broken_app:f", "does not import: RuntimeError"),
        ("roadworthy_team_app:absent", "does not import: AttributeError"),
        ("roadworthy_team_app:constant", "is not callable"),
    ],
)
def test_a_callable_that_is_not_there_is_named(root, callable_, match):
    with pytest.raises(ConfigError, match=match):
        build_target(TargetSpec(key="t", kind="python", callable=callable_), root=root, environ={})


def precomputed(tmp_path, *lines):
    (tmp_path / "out.jsonl").write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines))
    return build_target(TargetSpec(key="t", kind="precomputed", outputs="out.jsonl"), root=tmp_path, environ={})


def test_outputs_are_found_by_sample_and_epoch(tmp_path):
    target = precomputed(
        tmp_path, {"sample": "a", "epoch": 1, "text": "second"}, {"sample": "a", "text": "first", "status": 200}
    )

    assert asyncio.run(target.ask(question("a", 0))) == Reply(text="first", status=200)
    assert asyncio.run(target.ask(question("a", 1))).text == "second"
    assert asyncio.run(target.ask(question("a", 2))) == NoReply(reason="there is no output for this sample at epoch 2")


def conversed(target, sample):
    return asyncio.run(converse(sample, question(sample.id, messages=sample.conversation), ask=target.ask))


def test_a_whole_conversation_may_have_been_held_before(tmp_path):
    turns = [{"role": "assistant", "content": "Hi"}, {"role": "user", "content": "Refund it"}]
    target = precomputed(
        tmp_path,
        {"sample": "a", "text": "Done", "turns": turns, "effects": {"n": 1}, "probabilities": {"yes": 0.25, "no": 0.75},
         "tool_calls": [{"name": "refund", "result": "ok"}], "usage": {"latency_s": 1.5, "output_tokens": 3}},
    )  # fmt: skip

    assert conversed(target, Sample(id="a", prompt="Hello", turns=("Refund it",))) == Reply(
        text="Done",
        turns=(Message(role="assistant", content="Hi"), Message(role="user", content="Refund it")),
        effects={"n": 1},
        probabilities={"yes": 0.25, "no": 0.75},
        tool_calls=(ToolCall(name="refund", result="ok"),),
        usage=Usage(latency_s=1.5, output_tokens=3),
    )
    assert conversed(target, Sample(id="a", prompt="Hello", turns=("Something else",))) == NoReply(
        reason="the user turns that the target reports are not those of the sample"
    )


def test_an_output_of_the_first_turn_is_no_conversation(tmp_path):
    target = precomputed(tmp_path, {"sample": "a", "text": "Hi"})

    assert conversed(target, Sample(id="a", prompt="Hello", turns=("Refund it",))) == NoReply(
        reason="turn 2 of 2: the output of this sample has no `turns`, so it is of the first turn alone"
    )


@pytest.mark.parametrize(
    "field",
    [
        {"probabilities": {"a": 1.5}},
        {"probabilities": {"a": -0.1}},
        {"probabilities": {"a": "nan"}},
        {"usage": {"latency_s": "inf"}},
        {"usage": {"latency_s": -1}},
        {"usage": {"output_tokens": -1}},
        {"status": 10**9},
        {"effects": [1]},
        {"turns": [{"role": "robot", "content": "x"}]},
    ],
)
def test_a_field_that_cannot_be_is_refused(tmp_path, field):
    with pytest.raises(ManifestError, match=f"does not read: {next(iter(field))}"):
        precomputed(tmp_path, {"sample": "a", "text": "x", **field})


def test_the_digest_is_over_what_the_outputs_say(tmp_path):
    a, b = {"sample": "a", "text": "x"}, {"sample": "b", "text": "y"}
    digests = [precomputed(tmp_path, *lines).digest for lines in ([a, b], [b, a], [a], [a, b | {"text": "z"}])]

    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


def test_every_bad_line_is_named_at_once(tmp_path):
    with pytest.raises(ManifestError) as caught:
        precomputed(
            tmp_path, {"sample": "a", "text": "x"}, {"text": "y"}, "{", {"sample": "a", "text": "z"},
            {"sample": "b", "epoch": -1, "text": ""}, {"sample": "c"}, '{"sample": "d", "text": "a", "text": "b"}',
        )  # fmt: skip

    message = str(caught.value)
    for expected in (
        "`sample` must be", "out.jsonl:3 not JSON", "sample 'a' at epoch 0 is given twice", "`epoch` must be in 0..999",
        "text: missing", "the key 'text' is given twice",
    ):  # fmt: skip
        assert expected in message


@pytest.mark.parametrize("function", ["will_not_be_cancelled", "blocks"])
def test_async_code_that_will_not_give_way_holds_up_nothing_but_itself(root, function):
    target = build_target(
        TargetSpec(key="t", kind="python", callable=f"roadworthy_team_app:{function}", timeout_s=0.2),
        root=root, environ={},
    )  # fmt: skip

    async def main():
        asking = asyncio.create_task(target.ask(question()))
        turns = 0
        while not asking.done():
            await asyncio.sleep(0.01)
            turns += 1
        await target.close()
        return asking.result(), turns

    started = time.perf_counter()
    response, turns = asyncio.run(main())

    assert response == NoReply(reason="timeout after 0.2 s", retryable=True)
    assert turns >= 2
    assert time.perf_counter() - started < 30


def test_who_waits_for_the_callable_can_be_cancelled(root):
    target = build_target(
        TargetSpec(key="t", kind="python", callable="roadworthy_team_app:awaits_long"), root=root, environ={}
    )

    async def main():
        asking = asyncio.create_task(target.ask(question()))
        await asyncio.sleep(0.05)
        asking.cancel()
        await asyncio.wait([asking])
        await target.close()
        return asking.cancelled()

    assert asyncio.run(main())


@pytest.mark.parametrize("usage", [{"input_tokens": 10**9 + 1}, {"latency_s": 1e308}], ids=str)
def test_numbers_that_no_sum_could_hold_are_refused(tmp_path, usage):
    with pytest.raises(ManifestError, match="does not read: usage"):
        precomputed(tmp_path, {"sample": "a", "text": "x", "usage": usage})
