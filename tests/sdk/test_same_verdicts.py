"""One conversation, one verdict: by a bare run, a function, a stream, a client and a web application."""

from __future__ import annotations

import asyncio

import httpx2
import openai
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.sdk_world import ADA, SECRET, Service, chat_answer, chat_chunks, guard
from roadworthy.sdk import BlockedError, guard_openai, guarded

GUARD = guard()
PARTS = ["hello ", "world, ", "bomb ", "bo", "mb ", SECRET, SECRET[:9], SECRET[9:], " and so on", "\n", "ä "]
texts = st.lists(st.sampled_from(PARTS), min_size=1, max_size=6).map("".join).filter(str.strip)


def judged(act) -> tuple[str, str]:
    try:
        return "passed", act()
    except BlockedError as error:
        return "blocked", error.message


def by_run(question: str, answer: str) -> tuple[str, str]:
    def act() -> str:
        run = GUARD.run(ADA)
        run.ask(question)
        return run.answer(answer)

    return judged(act)


def by_function(question: str, answer: str) -> tuple[str, str]:
    return judged(lambda: guarded(lambda q: answer, policy=GUARD, principal=ADA)(question))


def by_async_function(question: str, answer: str) -> tuple[str, str]:
    async def ask(q: str) -> str:
        return answer

    return judged(lambda: asyncio.run(guarded(ask, policy=GUARD, principal=ADA)(question)))


def by_generator(question: str, answer: str) -> tuple[str, str]:
    def ask(q: str):
        yield from (answer[place : place + 3] for place in range(0, len(answer), 3))

    return judged(lambda: "".join(guarded(ask, policy=GUARD, principal=ADA, route="live")(question)))


def by_client(question: str, answer: str, *, stream: bool) -> tuple[str, str]:
    service = Service(httpx2, chat_chunks(answer, size=3) if stream else chat_answer(answer))
    made = openai.OpenAI(api_key="k", http_client=service.client())
    client = guard_openai(made, guard=GUARD, principal=ADA, route="live")
    messages = [{"role": "user", "content": question}]

    def act() -> str:
        if not stream:
            return client.chat.completions.create(model="m", messages=messages).choices[0].message.content
        chunks = client.chat.completions.create(model="m", messages=messages, stream=True)
        return "".join(chunk.choices[0].delta.content or "" for chunk in chunks)

    return judged(act)


@settings(max_examples=12)
@given(question=texts, answer=texts)
def test_every_way_gives_the_same_verdict_and_the_same_words(question, answer):
    expected = by_run(question, answer)

    assert by_function(question, answer) == expected
    assert by_async_function(question, answer) == expected
    assert by_generator(question, answer) == expected
    assert by_client(question, answer, stream=False) == expected
    assert by_client(question, answer, stream=True) == expected
