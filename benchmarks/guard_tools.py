"""Times the decision on a tool call with labels: grants, origins of each argument, and a run of 50 steps before it.

The policy has 100 rules and grants: 40 rules (patterns, of which five look at tool calls, beside a limit of size and
credentials everywhere) and 60 grants, of which two fit the call. The run has 50 calls before it, each with a result of
1,024 bytes of words, no two alike, all of them untrusted. Each call that is timed sends money: an address that the
user wrote, an amount that the user wrote and a subject of three words that the user wrote, each with `origins`. No two
calls timed have the same arguments, and none was judged before. Times are of the core (`time.thread_time_ns`).

- ``tool_p50_us``, ``tool_p99_us``: one `enforce` of the call as a wrapped function has it, the next state made;
- ``tool_two_fields_p50_us``: the same of a call as chat protocols have it, in two fields;
- ``tool_refused_p50_us``: of calls to an address that only a result names;
- ``tool_result_us``: one `enforce` of a result of 1,024 bytes, which is read into the run: once for each result.
"""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from roadworthy.adapters.conditions import CelConditions
from roadworthy.core.severity import RiskTier
from roadworthy.guard.calls.policy import Argument, ArgumentType, Grant, ToolPolicy
from roadworthy.guard.engine.bundle import Bundle, compile_policy
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.event import ConversationState, Event, Principal
from roadworthy.guard.policy.facts import VARIABLES
from roadworthy.guard.policy.model import GuardPolicy, GuardRule, Where
from roadworthy.guard.rails.pattern import PatternSettings
from roadworthy.guard.rails.secrets import SecretsSettings
from roadworthy.guard.rails.size import SizeSettings
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.segment import Channel, Role, Segment, Source, SourceKind, Stage
from roadworthy.guard.verdict import Action

STEPS, RULES, GRANTS, ROUNDS, CALLS, WARM = 50, 40, 60, 7, 400, 200
NAMED = 20
"""Payments that the user asked for; calls are of every address with every amount and subject."""
RESULT_BYTES = 1_024
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PRINCIPAL = Principal(id="ada", tenant="acme", roles=("clerk",), scopes=("bank.pay",))
MODEL, TOOL, USER = (Source(kind=kind) for kind in (SourceKind.MODEL, SourceKind.TOOL, SourceKind.USER))


def bundle() -> Bundle:
    """Return the policy, compiled."""
    looks = ((Stage.INPUT, Stage.OUTPUT), (Stage.TOOL_CALL,))
    rules = [
        GuardRule(
            id=f"bench/topic-{number:02}",
            description="Timed.",
            action=Action.DENY,
            rail=PatternSettings(patterns=(rf"\bforbidden topic {number}\b",)),
            where=Where(stages=looks[number < 5]),
        )
        for number in range(RULES - 2)
    ]
    rules.append(
        GuardRule(id="bench/size", description="Timed.", action=Action.DENY, rail=SizeSettings(max_chars=9_999))
    )
    rules.append(GuardRule(id="bench/keys", description="Timed.", action=Action.DENY, rail=SecretsSettings()))
    policy = GuardPolicy(
        name="bench",
        version="1",
        title="Timed",
        owner="benchmarks",
        licence="CC0-1.0",
        rules=tuple(rules),
        tools=ToolPolicy(grants=grants(), max_steps=10_000, max_repeats=1_000),
    )
    return compile_policy(policy, tier=RiskTier.HIGH, language=CelConditions(variables=VARIABLES))


def grants() -> tuple[Grant, ...]:
    """Return the grants, of which two fit the call that is timed."""
    paying = Grant(
        tool="send_money",
        effects=(Effect.PAY,),
        roles=("clerk",),
        scopes=("bank.pay",),
        arguments=(
            Argument(name="to", type=ArgumentType.EMAIL, required=True, origins=("user", "user-via:contacts")),
            Argument(name="amount", type=ArgumentType.NUMBER, required=True, maximum=1_000_000, origins=("user",)),
            Argument(name="subject", type=ArgumentType.STRING, max_chars=200, origins=("user", "tool:contacts")),
        ),
    )
    every = Grant(tool="send_*", effects=(Effect.PAY,), roles=("clerk",), other_arguments="allow")
    read = Grant(tool="read_file", effects=(Effect.READ,), arguments=(Argument(name="file"),))
    others = [
        replace(paying, tool=f"tool_{number:02}", arguments=(Argument(name="a", origins=("user",)),))
        for number in range(GRANTS - 3)
    ]
    return (paying, every, read, *others)


def event(*segments: Segment, number: int = 0) -> Event:
    """Return an event of ``segments``."""
    numbered = tuple(replace(one, index=place) for place, one in enumerate(segments))
    return Event(id=f"event-{number}", route="chat", at=NOW, principal=PRINCIPAL, segments=numbered)


def call(tool: str, arguments: dict[str, object], *, number: int, fields: int = 1) -> Event:
    """Return an event of a call, in one field or, with its name, in two."""
    said = Segment(
        stage=Stage.TOOL_CALL, role=Role.ASSISTANT, channel=Channel.TOOL_ARGUMENT, source=MODEL,
        text=json.dumps(arguments), path="/arguments", call=f"call-{number}", tool=tool,
    )  # fmt: skip
    name = replace(said, channel=Channel.TOOL_NAME, text=tool, path="/name")
    return event(*((name, said) if fields == 2 else (said,)), number=number)


def words(draw: random.Random, length: int) -> str:
    """Return words of together ``length`` characters."""
    said = ""
    while len(said) < length:
        said += "".join(draw.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(draw.randint(2, 9))) + " "
    return said[:length]


def lived(made: Bundle, addresses: Sequence[tuple[str, int, str]], *, evil: str) -> tuple[ConversationState, list[int]]:
    """Return the state after 50 steps, and the nanoseconds that reading each result took."""
    draw = random.Random(20260101)  # noqa: S311 - which words a result has is no secret
    told = "Please send " + ", ".join(f"{amount} to {to} for {what}" for to, amount, what in addresses)
    asked = Segment(
        stage=Stage.INPUT, role=Role.USER, channel=Channel.TEXT, source=USER, text=told, path="/messages/0/content"
    )
    state = enforce(made, event(asked), ConversationState(conversation="run")).state
    taken = []
    for step in range(STEPS):
        state = enforce(made, call("read_file", {"file": f"file-{step}"}, number=step), state).state
        text = words(draw, RESULT_BYTES - len(evil) - 1) + " " + evil
        result = Segment(
            stage=Stage.TOOL_RESULT, role=Role.TOOL, channel=Channel.TOOL_RESULT, source=TOOL, text=text,
            path="/result", call=f"call-{step}", tool="read_file",
        )  # fmt: skip
        start = time.thread_time_ns()
        state = enforce(made, event(result, number=step), state).state
        taken.append(time.thread_time_ns() - start)
    return state, taken


def figures() -> dict[str, float]:
    """Return the figures, each the median over rounds."""
    made = bundle()
    draw = random.Random(7)  # noqa: S311 - as above
    num = ROUNDS * CALLS + WARM
    named = [
        (f"{words(draw, 7).replace(' ', 'x')}{number}@example.com", 100 + number, words(draw, 20).strip())
        for number in range(NAMED)
    ]
    state, read = lived(made, named, evil="mallory@example.net")
    asked = [
        {
            "to": named[number % NAMED][0],
            "amount": named[number // NAMED % NAMED][1],
            "subject": named[number // NAMED**2 % NAMED][2],
        }
        for number in range(num)
    ]
    refused = [{**one, "to": "mallory@example.net"} for one in asked]
    plain = timed(lambda one, at: call("send_money", one, number=at), asked, made, state, action=Action.ALLOW)
    two = timed(lambda one, at: call("send_money", one, number=at, fields=2), asked, made, state, action=Action.ALLOW)
    denied = timed(lambda one, at: call("send_money", one, number=at), refused, made, state, action=Action.DENY)
    return {
        "tool_p50_us": round(statistics.median(one[0] for one in plain), 1),
        "tool_p50_us_min": round(min(one[0] for one in plain), 1),
        "tool_p50_us_max": round(max(one[0] for one in plain), 1),
        "tool_p99_us": round(statistics.median(one[1] for one in plain), 1),
        "tool_two_fields_p50_us": round(statistics.median(one[0] for one in two), 1),
        "tool_refused_p50_us": round(statistics.median(one[0] for one in denied), 1),
        "tool_result_us": round(statistics.median(read) / 1_000, 1),
    }


def timed(
    make: Callable[[dict[str, object], int], Event],
    asked: Sequence[dict[str, object]],
    made: Bundle,
    state: ConversationState,
    *,
    action: Action,
) -> list[tuple[float, float]]:
    """Return p50 and p99 of each round, in microseconds; every call must come to ``action``."""
    events = [make(one, number) for number, one in enumerate(asked)]
    for one in events[:WARM]:
        found = enforce(made, one, state)
        if found.action is not action:
            print([said.reason for said in found.verdicts])
            raise SystemExit(f"benchmarks/guard_tools.py: a call did not come to {action.value}")
    rounds = []
    for number in range(ROUNDS):
        taken = []
        for one in events[WARM + number * CALLS : WARM + (number + 1) * CALLS]:
            start = time.thread_time_ns()
            enforce(made, one, state)
            taken.append(time.thread_time_ns() - start)
        cuts = statistics.quantiles(taken, n=100)
        rounds.append((cuts[49] / 1_000, cuts[98] / 1_000))
    return rounds


if __name__ == "__main__":
    print(json.dumps({"benchmark": "guard_tools", "figures": figures()}))
