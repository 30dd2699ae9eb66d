"""Hold the rail for instructions in content against public collections of indirect injections.

    python benchmarks/guard_injection.py [--data ../shared/data]

The last line is one JSON document. Rates are by document, with Wilson's 95 % interval; documents of one collection
resemble each other, so the true intervals are wider.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from roadworthy.evals.stats.proportion import wilson
from roadworthy.guard.event import ConversationState, Event, Principal
from roadworthy.guard.rails.rail import Scene
from roadworthy.guard.rails.retrieval.instructions import InstructionsRail, InstructionsSettings
from roadworthy.guard.rails.retrieval.phrases import BY_KIND
from roadworthy.guard.reading.reading import read
from roadworthy.guard.segment import Channel, Role, Segment, Source, SourceKind, Stage

ROOT = Path(__file__).resolve().parents[1]
SETS = (
    ("cyberseceval_prompt_injection", "indirect_injection", 1),
    ("asb_observations", "indirect_injection", 1),
    ("bipia_composed", "indirect_injection", 1),
    ("asb_observations", "indirect_injection", 0),
    ("bipia_composed", "indirect_injection", 0),
    ("p3_open_docs_benign", "prompt_injection", 0),
    ("begin_groundedness", "grounding", None),
)
"""Collection, task and label; None: every label, since none of it is an injection."""


def texts(data: Path, *, name: str, task: str, label: int | None) -> Iterator[str]:
    """Yield the documents of one set."""
    for line in (data / name / "data.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["task"] == task and (label is None or row["label"] == label) and row.get("text"):
            yield row["text"]


def found(rail: InstructionsRail, text: str) -> bool:
    """Return whether the rail finds anything in ``text``."""
    segment = Segment(
        stage=Stage.RETRIEVAL,
        role=Role.TOOL,
        channel=Channel.RETRIEVED_CHUNK,
        source=Source(kind=SourceKind.DOCUMENT),
        text=text,
        path="/chunks/0",
    )
    event = Event(
        id="bench",
        route="*",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        principal=Principal(id="bench", tenant="bench"),
        segments=(segment,),
    )
    return bool(rail.examine(segment, read(text), Scene(event=event, state=ConversationState())))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data")
    data = parser.parse_args().data
    rails = {
        "": InstructionsRail(InstructionsSettings()),
        "_with_tasks": InstructionsRail(InstructionsSettings(kinds=tuple(BY_KIND))),  # type: ignore[arg-type]  # its keys are the kinds
    }
    figures: dict[str, float] = {}
    spread: dict[str, list[float]] = {}
    for (suffix, rail), (name, task, label) in product(rails.items(), SETS):
        judged = [found(rail, text) for text in texts(data, name=name, task=task, label=label)]
        bounds = wilson(sum(judged), len(judged))
        key = f"{'recall' if label else 'false_alarms'}{suffix}_{name}"
        figures[key] = round(sum(judged) / len(judged), 4)
        spread[key] = [round(bounds.low, 4), round(bounds.high, 4)]
        print(f"{key:50} {sum(judged):5} of {len(judged):5}  {figures[key]:.3f} [{bounds.low:.3f}, {bounds.high:.3f}]")
    print(json.dumps({"benchmark": "guard-injection", "figures": figures, "spread": spread}))


if __name__ == "__main__":
    main()
