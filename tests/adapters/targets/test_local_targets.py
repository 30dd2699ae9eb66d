"""Targets that need no network: callables and outputs made before."""

import asyncio
import json
import time

import pytest

from roadworthy.adapters.targets import build_target
from roadworthy.core.errors import ConfigError, ManifestError
from roadworthy.evals.model import Message, NoReply, Reply, ToolCall
from roadworthy.evals.ports import Request
from roadworthy.inventory.model import TargetSpec

MODULE = """
import asyncio, time
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
class Callable:
    async def __call__(self, request): return "object"
made = Callable()
constant = 7
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


def test_an_object_with_an_async_call_is_awaited(root):
    assert call(root, "made").text == "object"


def test_the_function_is_given_the_question_and_not_the_sample(root):
    import roadworthy_team_app

    call(root, "keeps", parameters={"a": 0, "b": 2})

    assert roadworthy_team_app.seen[-1] == {
        "prompt": "hi",
        "messages": [{"role": "system", "content": "be kind"}, {"role": "user", "content": "hi"}],
        "raw": None,
        "seed": 5,
        "parameters": {"a": 1, "b": 2},
    }


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        ("raises", "the callable raised LookupError"),
        ("exits", "the callable raised SystemExit"),
        ("stops", "the callable raised RuntimeError"),
        ("number", "the callable returned int, not a text or a mapping"),
        ("wrong", "the reply does not read: text: string_type"),
        ("extra", "the reply does not read: txet: unexpected_keyword_argument"),
    ],
)
def test_what_goes_wrong_in_the_callable_is_no_reply_and_quotes_nothing(root, function, reason):
    assert call(root, function) == NoReply(reason=reason)


def test_half_a_character_does_not_break_the_journal(root):
    assert call(root, "half").text == "a\N{REPLACEMENT CHARACTER}"


def test_a_slow_callable_times_out_and_holds_nothing_up(root):
    started = time.perf_counter()

    assert call(root, "slow", timeout_s=0.05) == NoReply(reason="timeout after 0.05 s", retryable=True)
    assert time.perf_counter() - started < 0.8


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
