"""What a guarded call must not pass over: another principal, an argument, a name, and a value without an end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fakes.sdk_world import ADA, SECRET, guard
from roadworthy.core.errors import ConfigError
from roadworthy.sdk import guarded, in_run, speaking_for
from roadworthy.sdk.clients.client import runs_of

GUARD = guard()
BOB = replace(ADA, id="bob")


@guarded(policy=GUARD, principal=BOB)
def bobs(question: str) -> str:
    return question


@guarded(policy=GUARD)
def anybodys(question: str) -> str:
    return question


def test_a_principal_that_is_not_the_run_s_is_refused_before_anything_is_done():
    with in_run(GUARD, GUARD.run(ADA)):
        with pytest.raises(ConfigError, match="another than that of the run"):
            bobs("hello")
        with pytest.raises(ConfigError, match="another than that of the run"):
            runs_of(GUARD, lambda: BOB, route="*")()
        with speaking_for(BOB), pytest.raises(ConfigError, match="another than that of the run"):
            anybodys("hello")


def test_the_run_s_own_principal_and_none_at_all_are_steps_of_it():
    run = GUARD.run(BOB)
    with in_run(GUARD, run):
        assert (bobs("hello"), anybodys("hello")) == ("hello", "hello")
        assert runs_of(GUARD, BOB, route="*")() == (run, False)


def test_whoever_is_named_outside_of_a_run_is_not_whom_it_is_for():
    @guarded(policy=GUARD, principal=BOB)
    def outer(question: str) -> str:
        return anybodys(question)

    with speaking_for(ADA):
        assert outer("hello") == "hello"


def test_a_function_s_first_argument_is_judged_whatever_it_is_called():
    seen = []

    @guarded(policy=GUARD, principal=ADA)
    def book(cls: str) -> None:
        seen.append(cls)

    class Desk:
        @guarded(policy=GUARD, principal=ADA)
        def ask(self, q: str) -> str:
            return q

        def take(self, cls: str) -> None:
            seen.append(cls)

    book(f"my key is {SECRET}")
    guarded(Desk().take, policy=GUARD, principal=ADA)(f"my key is {SECRET}")
    assert len(seen) == 2
    assert SECRET not in str(seen)
    assert Desk().ask("hello") == "hello"


@pytest.mark.parametrize("tool", [True, False])
def test_an_argument_that_is_given_twice_is_refused(tool):
    def book(to: str, /, *rest: str, **more: str) -> str:
        raise AssertionError(to)

    made = guarded(book, policy=GUARD, principal=ADA, tool=tool)
    for name in ("to", "rest"):
        with pytest.raises(ConfigError, match=f"'{name}' is given twice"):
            made("mallory", **{name: "bob"})


def test_a_value_without_an_end_is_refused():
    ring: list[object] = []
    ring.append(ring)
    wide: list[object] = [0] * 10_000
    for endless in (ring, {"a": ring}, [wide] * 10_000):
        with pytest.raises(ConfigError, match="cannot be judged"):
            bobs(endless)


def test_a_secret_in_the_name_of_a_member_is_taken_out():
    @guarded(policy=GUARD, principal=ADA)
    def told(about: object) -> object:
        return about

    assert SECRET not in str(told({SECRET: 1}))
    assert SECRET not in str(told([{"a": {SECRET: "b"}}]))
