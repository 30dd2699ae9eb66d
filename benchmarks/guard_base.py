"""Count what the guard policy `base` does to ordinary texts of four public collections.

    python benchmarks/guard_base.py [--data ../shared/data]

Prints a table with Wilson's 95 % intervals and, as its last line, one JSON document. Texts of one collection resemble
each other, so the true intervals are wider.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from roadworthy.core.severity import RiskTier
from roadworthy.evals.stats.proportion import wilson
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.event import Event, Principal
from roadworthy.guard.segment import Channel, Role, Segment, Source, SourceKind, Stage
from roadworthy.guard.verdict import Action, Decision
from roadworthy.runtime.guard.policies import find_policy, ready

ROOT = Path(__file__).resolve().parents[1]
SETS = ("p3_open_docs_benign", "cyberseceval_frr_benign", "self_instruct_benign", "begin_chat_turns_presumed_benign")
PLACES = {
    "what a user says": (Stage.INPUT, Role.USER, Channel.TEXT, SourceKind.USER, "api"),
    "what a tool gave back": (Stage.TOOL_RESULT, Role.TOOL, Channel.TOOL_RESULT, SourceKind.TOOL, "api"),
    "an answer": (Stage.OUTPUT, Role.ASSISTANT, Channel.TEXT, SourceKind.MODEL, "api"),
    "an answer on the route `chat`": (Stage.OUTPUT, Role.ASSISTANT, Channel.TEXT, SourceKind.MODEL, "chat"),
}


def event_of(text: str, place: str) -> Event:
    """Return ``text`` where it stands."""
    stage, role, channel, source, route = PLACES[place]
    segment = Segment(stage=stage, role=role, channel=channel, source=Source(kind=source), text=text, path="/text")
    principal = Principal(id="bench", tenant="bench")
    return Event(id="bench", route=route, at=datetime(2026, 1, 1, tzinfo=UTC), principal=principal, segments=(segment,))


def share(decisions: list[Decision], *, stopped: bool) -> tuple[int, float, float]:
    """Return how many were stopped, or changed and not stopped, with the interval of the rate."""
    count = sum(one.stops if stopped else not one.stops and one.action is not Action.ALLOW for one in decisions)
    bounds = wilson(count, len(decisions))
    return count, round(bounds.low, 5), round(bounds.high, 5)


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data")
    data = parser.parse_args().data
    texts = [
        row["text"]
        for name in SETS
        for line in (data / name / "data.jsonl").read_text(encoding="utf-8").splitlines()
        if (row := json.loads(line)).get("text")
    ]
    bundle = ready(find_policy("base"), tier=RiskTier.HIGH).bundle
    figures: dict[str, object] = {"texts": len(texts)}
    for place in PLACES:
        decisions = [enforce(bundle, event_of(text, place)) for text in texts]
        figures[place] = {name: share(decisions, stopped=name == "stopped") for name in ("stopped", "changed")}
        print(f"{place:32} {figures[place]}")
    print(json.dumps({"benchmark": "guard-base", "figures": figures}))


if __name__ == "__main__":
    main()
