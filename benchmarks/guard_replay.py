"""Time the replay of a changed policy over 100,000 recorded decisions, against just reading the lines.

    python benchmarks/guard_replay.py [--records 100000]

The last line is one JSON document.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import orjson

from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.guard.records import RecordFile, read_records
from roadworthy.core.severity import RiskTier
from roadworthy.guard.engine.bundle import Bundle, compile_policy
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.event import ConversationState, Event, Principal
from roadworthy.guard.policy.facts import VARIABLES
from roadworthy.guard.policy.model import GuardPolicy, GuardRule
from roadworthy.guard.rails.pattern import PatternSettings
from roadworthy.guard.rails.personal_data import PersonalDataSettings
from roadworthy.guard.rails.secrets import SecretsSettings
from roadworthy.guard.replay.difference import summed_up
from roadworthy.guard.replay.model import Change, GuardRecord
from roadworthy.guard.replay.recording import policy_use, record
from roadworthy.guard.replay.replaying import replay
from roadworthy.guard.segment import Channel, Role, Segment, Source, SourceKind, Stage
from roadworthy.guard.verdict import Action

QUESTION = "Hello, my kettle {n} does not switch off any more and the lamp blinks. What can I do about it, please? "
ANSWER = "Hold the button for five seconds until the lamp goes out, then fill in water {n} and switch it on again. "
BATCH = 1_000


def rule(name: str, rail: object, action: Action) -> GuardRule:
    """Return a rule of the policy that is timed."""
    return GuardRule(id=f"desk/{name}", description="for timing", action=action, rail=rail)


def bundle(*more: GuardRule) -> Bundle:
    """Return a policy with rails for personal data and secrets, and ``more``."""
    rules = (
        rule("personal", PersonalDataSettings(), Action.TRANSFORM),
        rule("secrets", SecretsSettings(), Action.DENY),
        *more,
    )
    policy = GuardPolicy(name="desk", version="1", title="Desk", owner="bench", licence="Apache-2.0", rules=rules)
    return compile_policy(policy, tier=RiskTier.HIGH, language=CelConditions(variables=VARIABLES))


def event(number: int) -> Event:
    """Return a question with an answer; some of them hold what a rule finds."""
    asked = QUESTION.format(n=number) * 3
    said = ANSWER.format(n=number) * 5
    if number % 20 == 0:
        asked += "My address is ana@shop.example.org."
    if number % 25 == 0:
        said += "Pour poison into it."
    if number % 40 == 0:
        said += "Buy a Fjord blanket."
    user = Segment(
        stage=Stage.INPUT,
        role=Role.USER,
        channel=Channel.TEXT,
        source=Source(kind=SourceKind.USER),
        text=asked,
        path="/messages/0/content",
    )
    model = replace(
        user,
        stage=Stage.OUTPUT,
        role=Role.ASSISTANT,
        source=Source(kind=SourceKind.MODEL),
        text=said,
        path="/choices/0/message/content",
        index=1,
    )
    principal = Principal(id="u", tenant=f"t{number % 7}")
    return Event(
        id=f"event-{number}",
        route="chat",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        principal=principal,
        segments=(user, model),
    )


def recorded(decided_by: Bundle, count: int) -> Iterator[GuardRecord]:
    """Yield records of ``count`` decisions."""
    state = ConversationState()
    for number in range(count):
        one = event(number)
        yield record(decided_by, one, enforce(decided_by, one, state), state=state, keep_text=True)


def write(path: Path, decided_by: Bundle, count: int) -> None:
    """Write the records."""
    file, batch = RecordFile(path), []
    uses = {decided_by.digest: policy_use(decided_by)}
    for one in recorded(decided_by, count):
        batch.append(one)
        if len(batch) == BATCH:
            file.append(batch, uses=uses)
            batch.clear()
    file.append(batch, uses=uses)
    file.close()


def main() -> None:
    """Time it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    count = parser.parse_args().records
    poison = rule("poison", PatternSettings(patterns=("poison",)), Action.DENY)
    blanket = rule("blanket", PatternSettings(patterns=("fjord blanket",)), Action.ESCALATE)
    old, new = bundle(poison), bundle(replace(poison, action=Action.TRANSFORM), blanket)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.jsonl"
        write(path, old, count)
        start = time.perf_counter()
        floor_lines = sum(1 for line in path.open("rb") if orjson.loads(line))
        floor = time.perf_counter() - start
        start = time.perf_counter()
        found = summed_up(replay(new, one, looks=dict(use.looks)) for one, use in read_records(path))
        took = time.perf_counter() - start
        size = path.stat().st_size
    for change, number in found.counts:
        print(f"{change.value:12} {number:8}")
    for one in found.rules:
        print(f"  {one.change.value:10} {one.rule:16} {one.decisions:8}  {', '.join(one.examples[:2])}")
    print(f"{count} records, {size / 1e6:.0f} MB: {took:.1f} s; reading the {floor_lines} lines alone {floor:.1f} s")
    figures = {
        "replay_s": round(took, 2),
        "per_record_us": round(took / count * 1e6, 1),
        "over_reading": round(took / floor, 1),
        "lost_stops": found.of(Change.LOST_STOP),
        "new_stops": found.of(Change.NEW_STOP),
        "unknown": found.of(Change.UNKNOWN),
    }
    machine = {"python": platform.python_version(), "cores": os.cpu_count()}
    print(json.dumps({"benchmark": "guard-replay", "figures": figures, "machine": machine}))


if __name__ == "__main__":
    main()
