"""Which parts and addresses of the OpenAI client are guarded, and that every other one is refused."""

from __future__ import annotations

import httpx2
import openai
import pytest

from fakes.sdk_world import ADA, Service, chat_answer, guard
from roadworthy.core.errors import ConfigError
from roadworthy.sdk import NotServedError, guard_openai

HELLO = [{"role": "user", "content": "write to bob@x.org"}]


def client(*answers, using=None, principal=ADA, **settings):
    service = Service(httpx2, *answers)
    made = openai.OpenAI(api_key="key", http_client=service.client(), max_retries=2)
    return service, guard_openai(made, guard=using or guard(), principal=principal, **settings)


SERVED = {"chat", "completions", "responses", "embeddings", "moderations", "models", "with_raw_response",
          "with_streaming_response"}  # fmt: skip


@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for kind in openai.OpenAI.__mro__
        for name, member in vars(kind).items()
        if type(member).__name__ == "cached_property" and not name.startswith("_") and name not in SERVED
    ),
)
def test_every_other_part_of_the_client_is_refused(name):
    _, guarded = client(chat_answer("fine"))

    with pytest.raises(NotServedError, match=f"client.{name}"):
        getattr(guarded, name)


@pytest.mark.parametrize(
    "go",
    [
        lambda one: one.post("/images/generations", cast_to=object, body={"prompt": "bomb"}),
        lambda one: one.get("/files", cast_to=object),
        lambda one: one.delete("/chat/completions", cast_to=object),
        lambda one: one.chat.completions.list(),
        lambda one: one.chat.completions.messages.list("c1"),
        lambda one: one.responses.input_items.list("resp_1"),
        lambda one: one.responses.connect(),
        lambda one: one.responses.compact(model="m", input="x"),
        lambda one: one.chat.completions.create(model="m", messages=HELLO, extra_query={"q": "a bomb"}),
        lambda one: one.responses.retrieve("resp_1", include=["a bomb"]),
    ],
)
def test_every_other_address_is_refused(go):
    service, guarded = client(chat_answer("fine"))

    with pytest.raises(NotServedError):
        go(guarded)
    assert service.asked == []


def test_the_guard_cannot_be_left_by_other_options():
    service, guarded = client(chat_answer("fine"))

    with pytest.raises(ConfigError, match="would go by the guard"):
        guarded.with_options(http_client=service.client())
    with pytest.raises(ConfigError, match="no client of openai"):
        guard_openai("client", guard=guard())
    with pytest.raises(ConfigError, match="guarded already"):
        guard_openai(guarded, guard=guard(), principal=ADA)


def test_parameters_of_the_services_own_and_of_the_clients_settings_pass():
    service = Service(httpx2, chat_answer("fine"))
    made = openai.OpenAI(api_key="k", http_client=service.client(), default_query={"tenant": "acme corp"})
    guarded = guard_openai(made, guard=guard(), principal=ADA)

    assert guarded.chat.completions.create(model="m", messages=HELLO, extra_query={"api-version": "2026-01-01"})
