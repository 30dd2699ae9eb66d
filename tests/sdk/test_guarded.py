"""`guarded`: functions, generators, tools and callables of an application."""

from __future__ import annotations

import asyncio
import functools
import inspect
import threading
from contextvars import ContextVar

import pytest
from pydantic import BaseModel

from fakes.sdk_world import ADA, BLOCKED_WORDS, SECRET, guard
from roadworthy.core.errors import ConfigError
from roadworthy.guard.budget.model import Budget, Unit
from roadworthy.guard.event import Principal
from roadworthy.sdk import BlockedError, BudgetExhaustedError, CallRefusedError, guarded, in_run, speaking_for

GUARD = guard()


@guarded(policy=GUARD, principal=ADA)
def echo(question: str, *, times: int = 1) -> str:
    """Say it again."""
    return " ".join([question] * times)


@guarded(policy=GUARD, tool=True)
def send(to: str, text: str) -> dict[str, str]:
    return {"said": f"to {to}: {text} {SECRET}"}


def test_it_keeps_name_docstring_signature_and_kind():
    async def later(q: str) -> str:
        return q

    async def bit_by_bit(q: str):
        yield q

    assert echo.__name__ == "echo"
    assert echo.__doc__ == "Say it again."
    assert str(inspect.signature(echo)) == "(question: 'str', *, times: 'int' = 1) -> 'str'"
    assert inspect.iscoroutinefunction(guarded(later, policy=GUARD))
    assert inspect.isasyncgenfunction(guarded(bit_by_bit, policy=GUARD))


def test_what_is_harmless_goes_through_and_secrets_are_taken_out():
    assert echo("hello", times=2) == "hello hello"
    assert SECRET not in echo(f"my key is {SECRET}")


def test_a_blocked_question_never_reaches_the_function():
    reached = []

    @guarded(policy=GUARD, principal=ADA)
    def ask(q: str) -> str:
        reached.append(q)
        return "fine"

    with pytest.raises(BlockedError) as caught:
        ask("build a bomb")

    assert reached == []
    assert caught.value.message == BLOCKED_WORDS
    assert "bomb" not in caught.value.stub


def test_a_blocked_answer_never_reaches_the_caller():
    @guarded(policy=GUARD, principal=ADA)
    def ask(q: str) -> str:
        return "here is a bomb"

    with pytest.raises(BlockedError, match="the answer was stopped"):
        ask("hello")


def test_texts_within_json_and_pydantic_models_are_judged_and_put_back():
    class Form(BaseModel):
        note: str
        count: int

    @guarded(policy=GUARD, principal=ADA)
    def take(form: Form, tags: list[str]) -> Form:
        return Form(note=f"{form.note}; {', '.join(tags)}", count=form.count)

    found = take(Form(note=f"key {SECRET}", count=3), [f"also {SECRET}"])

    assert isinstance(found, Form)
    assert found.count == 3
    assert SECRET not in found.note
    with pytest.raises(BlockedError):
        take(Form(note="ok", count=1), ["a bomb"])


def test_rest_arguments_are_judged_too():
    @guarded(policy=GUARD, principal=ADA)
    def take(*words: str, **more: str) -> str:
        return " ".join([*words, *more.values()])

    assert SECRET not in take("a", SECRET, b=SECRET)
    with pytest.raises(BlockedError):
        take("a", b="bomb")


@pytest.mark.parametrize("value", [b"bytes", object(), {1: "a"}, {"a": {b"b"}}, [threading.Lock()]])
def test_what_cannot_be_judged_is_refused(value):
    with pytest.raises(ConfigError, match="cannot be judged"):
        echo(value)


def test_an_argument_that_is_named_is_not_looked_at_and_no_other():
    @guarded(policy=GUARD, principal=ADA, unjudged=("db",))
    def ask(db: object, q: str) -> str:
        return q

    assert ask(object(), "hello") == "hello"
    with pytest.raises(ConfigError, match="which is no argument"):
        guarded(echo, policy=GUARD, unjudged=("nothing",))


def test_methods_and_callable_objects_are_guarded():
    class Assistant:
        @guarded(policy=GUARD, principal=ADA)
        def ask(self, q: str) -> str:
            return q

        def __call__(self, q: str) -> str:
            """Answer."""
            return q

    called = guarded(Assistant(), policy=GUARD, principal=ADA)

    assert Assistant().ask("hello") == "hello"
    assert called("hello") == "hello"
    assert called.__doc__ == "Answer."
    with pytest.raises(BlockedError):
        called("bomb")


def test_nobody_is_assumed():
    @guarded(policy=GUARD)
    def ask(q: str) -> str:
        return q

    with pytest.raises(ConfigError, match="nobody has said for whom"):
        ask("hello")
    with speaking_for(ADA):
        assert ask("hello") == "hello"


@pytest.mark.parametrize("wrong", [lambda: None, lambda: "ada", ContextVar("empty")])
def test_a_principal_that_is_none_opens_nothing(wrong):
    with pytest.raises(ConfigError, match=r"principal|nobody"):
        guarded(lambda q: q, policy=GUARD, principal=wrong)("hello")


def test_an_exception_of_the_function_passes_unharmed_and_its_budget_is_released():
    held = guard(budgets=(Budget(name="at-once", unit=Unit.CONCURRENT, limit=1),))

    @guarded(policy=held, principal=ADA)
    def ask(q: str) -> str:
        if q == "break":
            raise KeyError("its own")
        return q

    for _ in range(3):
        with pytest.raises(KeyError, match="its own"):
            ask("break")
    assert ask("hello") == "hello"


def test_an_exhausted_budget_says_when_to_come_again():
    once = guard(budgets=(Budget(name="calls", unit=Unit.REQUESTS, limit=1, window_s=60),))
    ask = guarded(lambda q: q, policy=once, principal=ADA)

    assert ask("hello") == "hello"
    with pytest.raises(BudgetExhaustedError) as caught:
        ask("hello")
    assert caught.value.retry_after_s > 0


def words(q: str):
    yield from ("all is well ", "so far, ", "but the code is sk-live-42424", "24242 and then some more words")
    if q == "worse":
        yield from (", b", "omb", " and so on")
    yield " tail"


def test_a_stream_leaves_edited_and_nothing_of_a_secret_that_came_in_parts():
    out = list(guarded(words, policy=GUARD, principal=ADA, route="live")("hello"))

    assert len(out) > 1
    assert "sk-live" not in "".join(out)
    assert "".join(out).endswith(" tail")


def test_a_stream_is_stopped_before_what_is_blocked_leaves():
    out = []
    with pytest.raises(BlockedError) as caught:
        out.extend(guarded(words, policy=GUARD, principal=ADA, route="live")("worse"))

    assert "".join(out).startswith("all is well")
    assert "bomb" not in "".join(out)
    assert "omb" not in "".join(out)
    assert caught.value.message == BLOCKED_WORDS


def test_a_stream_that_nobody_reads_on_closes_its_source_and_releases():
    closed = []

    @guarded(
        policy=guard(budgets=(Budget(name="at-once", unit=Unit.CONCURRENT, limit=1),)), principal=ADA, route="live"
    )
    def ask(q: str):
        try:
            while True:
                yield "on and on and on and on "
        finally:
            closed.append(q)

    for _ in range(2):
        stream = ask("hello")
        assert next(stream)
        stream.close()
    assert closed == ["hello", "hello"]


def test_what_a_stream_gives_that_is_no_text_is_refused():
    @guarded(policy=GUARD, principal=ADA)
    def ask(q: str):
        yield b"bytes"

    with pytest.raises(ConfigError, match="cannot be judged bit by bit"):
        list(ask("hello"))


def test_asynchronous_functions_and_streams_are_judged_alike():
    @guarded(policy=GUARD, principal=ADA)
    async def ask(q: str) -> str:
        await asyncio.sleep(0)
        return f"{q} {SECRET}"

    @guarded(policy=GUARD, principal=ADA, route="live")
    async def stream(q: str):
        for word in words(q):
            yield word

    async def main():
        assert SECRET not in await ask("hello")
        with pytest.raises(BlockedError):
            await ask("bomb")
        return [chunk async for chunk in stream("hello")]

    assert asyncio.run(main()) == list(guarded(words, policy=GUARD, principal=ADA, route="live")("hello"))


def test_a_cancelled_call_releases_what_was_set_aside():
    held = guard(budgets=(Budget(name="at-once", unit=Unit.CONCURRENT, limit=1),))

    @guarded(policy=held, principal=ADA)
    async def ask(q: str) -> str:
        await asyncio.sleep(0 if q == "quick" else 60)
        return q

    async def main():
        for _ in range(3):
            task = asyncio.create_task(ask("slow"))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        return await ask("quick")

    assert asyncio.run(main()) == "quick"


def test_a_tool_may_do_what_the_user_named_and_nothing_else():
    said = []

    @guarded(policy=GUARD, principal=ADA)
    def agent(q: str) -> str:
        for to in ("bob@x.org", "eve@x.org"):
            try:
                said.append(send(to, text="hi"))
            except CallRefusedError as refused:
                said.append(refused.stub)
        return "done"

    assert agent("write to bob@x.org") == "done"
    assert "bob@x.org" in said[0]["said"]
    assert SECRET not in said[0]["said"]
    assert said[1] == "This call was not made: it is not permitted here. You can go on without it."


def test_a_tool_outside_of_any_run_has_nobodys_word():
    with speaking_for(ADA), pytest.raises(CallRefusedError):
        send("bob@x.org", text="hi")


def test_a_guarded_function_within_a_run_is_not_given_the_users_word():
    """Else a model could have its own words called the user's, by a detour over another agent."""

    @guarded(policy=GUARD, principal=ADA)
    def helper(task: str) -> str:
        return str(send("eve@x.org", text="hi"))

    @guarded(policy=GUARD, principal=ADA)
    def agent(q: str) -> str:
        return helper("write to eve@x.org")

    with pytest.raises(CallRefusedError):
        agent("hello")


def test_a_tool_that_raises_has_failed_and_its_error_passes():
    @guarded(policy=GUARD, tool="lookup")
    def lookup(name: str) -> str:
        raise LookupError(name)

    run = GUARD.run(ADA)
    with in_run(GUARD, run), pytest.raises(LookupError):
        lookup("bob")
    assert [made.status.value for made in run.state.run.calls] == ["failed"]


def test_a_tool_gives_no_stream():
    with pytest.raises(ConfigError, match="a tool gives one result"):
        guarded(words, policy=GUARD, tool=True)


def test_runs_are_kept_apart_in_tasks_and_threads():
    """What one user named explains nothing for another."""

    @guarded(policy=GUARD, principal=lambda: Principal(id="x", tenant="acme"), unjudged=("to",))
    async def agent(q: str, to: str) -> str:
        await asyncio.sleep(0)
        try:
            send(to, text="hi")
        except CallRefusedError:
            return "refused"
        return "sent"

    async def main():
        return await asyncio.gather(
            *(agent(f"write to u{n}@x.org", f"u{n if n % 2 else n + 1}@x.org") for n in range(20))
        )

    def in_thread(n: int):
        found[n] = asyncio.run(main())

    found: dict[int, list[str]] = {}
    threads = [threading.Thread(target=in_thread, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert list(found.values()) == [["refused", "sent"] * 10] * 3


def test_a_policy_is_read_from_its_file_at_the_first_call(tmp_path):
    @guarded(policy=tmp_path / "guard.yaml", principal=ADA)
    def ask(q: str) -> str:
        return q

    with pytest.raises(ConfigError, match="no guard policy"):
        ask("hello")
    (tmp_path / "guard.yaml").write_text(
        "schema: roadworthy/guard-policy/v1\nname: t\nversion: '1'\ntitle: T\nowner: T\nlicence: CC0-1.0\nrules:\n"
        "  - {id: t/bomb, description: No bombs., action: deny, rail: {kind: pattern, patterns: [bomb]}}\n"
    )

    assert ask("hello") == "hello"
    with pytest.raises(BlockedError):
        ask("bomb")


def test_a_decorator_that_waits_makes_a_function_asynchronous():
    def plain(q: str) -> str:
        return f"{q} {SECRET}"

    @functools.wraps(plain)
    async def later(q: str) -> str:
        return plain(q)

    assert SECRET not in asyncio.run(guarded(later, policy=GUARD, principal=ADA)("hello"))


def test_a_character_that_a_generator_cuts_in_half_is_whole_again():
    @guarded(policy=GUARD, principal=ADA)
    def cut(q: str):
        yield from ("a\ud83d", "\ude00", "b\ud83d")

    assert "".join(cut("hello")) == "a\U0001f600b\ufffd"
