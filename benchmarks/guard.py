"""Times the guard: all deterministic rails on messages of 1 KB, and how cost grows with length.

Every rail in `roadworthy.guard.rails.known` that needs no detector from outside is there, personal data excepted, which
has figures of its own. Two kinds of policy are timed, and the worse of all of them is the figure:

- *everything*: each rail looks at each message, wherever it belongs;
- *as a team writes it*: each rail where it belongs; a message for each stage of a request.

Each is timed over thousands of messages of 1,024 bytes, no two of them alike: prose, code, German, Chinese, JSON and
chat. In one of 100 a rail finds something. Every message was judged once before; the process stays on one core, and
the collector of unused memory runs as it does in a service. Times are of that core (`time.thread_time_ns`), so that
other programs on the machine do not count; those of the clock on the wall are shown beside.

- ``rails_p50_us``, ``rails_p99_us``: one `enforce`; the median over rounds of the round's percentile;
- ``wall_p50_us``, ``wall_p99_us``: the same by the clock on the wall;
- ``hits_p50_us``, ``hits_p99_us``: messages in which a rail finds something, alone;
- ``growth_exponent``: slope of log cost over log length from 1,000 to 1,000,000 characters, of the rails and of
  personal data, the worst of all texts;
- ``tool_p50_us``, ``tool_p99_us``, …: a tool call with labels, from ``benchmarks/guard_tools.py``;
- ``pii_ms_per_kchar``, ``presidio_over_ours``: from ``benchmarks/guard_personal.py``, where that can run.

Prints tables and, as its last line, one JSON object. With ``--rails`` personal data is left out, which is quicker.
"""

from __future__ import annotations

import importlib
import json
import math
import os
import platform
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import guard_tools
from guard_messages import BYTES, CANARY, HITS, KINDS, NOTICE, PROMPT, message

from roadworthy.adapters.conditions import CelConditions
from roadworthy.core.severity import RiskTier
from roadworthy.guard.engine.bundle import Bundle, compile_policy
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.event import ConversationState, Event, Principal
from roadworthy.guard.policy.facts import VARIABLES
from roadworthy.guard.policy.model import GuardPolicy, GuardRule, Route, Where
from roadworthy.guard.rails.disclosure import Wording
from roadworthy.guard.rails.known import BUILDERS
from roadworthy.guard.segment import Channel, Provenance, Role, Segment, Source, SourceKind, Stage
from roadworthy.guard.verdict import Action, Decision

ROUNDS, MESSAGES, ONE_HIT_IN = 7, 1_200, 100
LENGTHS = (1_000, 10_000, 100_000, 1_000_000)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PERSONAL = "personal_data"
EVERYTHING = "everything"

TOPICS = tuple(
    f"{thing} {kind}"
    for thing in ("gun", "bomb", "poison", "fraud", "malware")
    for kind in ("recipe", "manual", "kit", "for sale", "tutorial")
)
SETTINGS: dict[str, dict[str, object]] = {
    "pattern": {"patterns": (r"\b(how|ways) to (hurt|cheat) (a|your) (dog|neighbour)\b", *TOPICS)},
    "size": {"max_chars": 1_000_000},
    "disclosure": {
        "name": "ai-notice",
        "wordings": (Wording(locale="*", text=NOTICE, patterns=(r"\bI am a machine\b",)),),
    },
    "structured_output": {"form": "pattern", "pattern": r"[\s\S]+"},
    "output_encoding": {"sink": "html"},
    "exfiltration": {"trusted_domains": ("example.com", "example.org")},
    "prompt_leak": {"protected": (PROMPT,)},
    "language": {"allowed": ("en", "de", "zh")},
}
"""What the settings of a rail must say; a rail that must be told nothing is not here."""

INPUT, OUTPUT, CALL = Stage.INPUT, Stage.OUTPUT, Stage.TOOL_CALL
FETCHED = (Stage.RETRIEVAL, Stage.TOOL_RESULT)
BELONGS: dict[str, tuple[Stage, ...]] = {
    "pattern": (INPUT, OUTPUT),
    "size": tuple(Stage),
    "invisible_text": (INPUT, *FETCHED, OUTPUT),
    "secrets": tuple(Stage),
    "placeholder": (INPUT, *FETCHED),
    "language": (INPUT, OUTPUT),
    "instructions": FETCHED,
    "entitlement": (Stage.RETRIEVAL,),
    "provenance": (Stage.RETRIEVAL,),
    "exfiltration": (CALL, OUTPUT),
    "output_encoding": (OUTPUT,),
    "structured_output": (OUTPUT,),
    "prompt_leak": (CALL, OUTPUT),
    "disclosure": (OUTPUT,),
    "citation": (OUTPUT,),
}
"""Where a team lets each rail look; one that is not here is asked at every stage."""

SPOKEN: dict[Stage, tuple[Role, Channel, SourceKind]] = {
    Stage.INPUT: (Role.USER, Channel.TEXT, SourceKind.USER),
    Stage.RETRIEVAL: (Role.USER, Channel.RETRIEVED_CHUNK, SourceKind.DOCUMENT),
    Stage.TOOL_CALL: (Role.ASSISTANT, Channel.TOOL_ARGUMENT, SourceKind.MODEL),
    Stage.TOOL_RESULT: (Role.TOOL, Channel.TOOL_RESULT, SourceKind.TOOL),
    Stage.OUTPUT: (Role.ASSISTANT, Channel.TEXT, SourceKind.MODEL),
}
STATE = ConversationState(conversation="c-1", turns=3, canaries=(CANARY,), sources=("doc-1",))


def settings_of(kind: type) -> object | None:
    """Return settings of a rail; None: it needs a detector from outside."""
    tag = kind.__dataclass_fields__["kind"].default  # type: ignore[attr-defined]  # every settings class is a dataclass
    stated = SETTINGS.get(tag, {})
    needed = [
        one.name
        for one in fields(kind)  # type: ignore[arg-type]  # as above
        if one.default is MISSING and one.default_factory is MISSING and one.name not in stated
    ]
    if "detector" in needed:
        return None
    if needed:
        raise SystemExit(f"benchmarks/guard.py: SETTINGS must say {', '.join(needed)} of the rail {tag!r}")
    return kind(**stated)


def bundle_of(settings: Sequence[object], *, belongs: Mapping[str, tuple[Stage, ...]] | None = None) -> Bundle:
    """Return a policy with a rule for each of ``settings``; ``belongs`` says where each looks, None: everywhere."""
    rules = tuple(
        GuardRule(
            id=f"bench/{number:02}",
            description="Timed.",
            action=Action.TRANSFORM,
            rail=one,  # type: ignore[arg-type]  # any rail
            where=Where(stages=() if belongs is None else belongs.get(one.kind, ())),  # type: ignore[attr-defined]  # as above
        )
        for number, one in enumerate(settings)
    )
    policy = GuardPolicy(
        name="bench",
        version="1",
        title="Timed",
        owner="benchmarks",
        licence="CC0-1.0",
        rules=rules,
        routes=(Route(name="*", max_chars=10_000_000, sink="html"),),
    )
    return compile_policy(policy, tier=RiskTier.HIGH, language=CelConditions(variables=VARIABLES))


def event_of(text: str, stage: Stage = Stage.OUTPUT) -> Event:
    """Return an event with one segment, which says where it is from whether it must or not."""
    role, channel, source = SPOKEN[stage]
    segment = Segment(
        stage=stage,
        role=role,
        channel=channel,
        source=Source(kind=source),
        text=text,
        path="/choices/0/message/content",
        provenance=Provenance(
            document="doc-1", tenant="acme", readers=("*",), purposes=("*",), trust="reviewed", updated_at=NOW
        ),
    )
    principal = Principal(id="ada", tenant="acme", purpose="support", locale="en-GB")
    return Event(id="event-1", route="chat", at=NOW, principal=principal, segments=(segment,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Percentiles of one policy and stage, in microseconds, one a round."""

    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)

    def add(self, taken_ns: Sequence[int]) -> None:
        """Add the round in which decisions took ``taken_ns``."""
        cuts = statistics.quantiles(taken_ns, n=100)
        self.p50.append(cuts[49] / 1_000)
        self.p99.append(cuts[98] / 1_000)


def timed(bundle: Bundle, events: Sequence[Event]) -> tuple[Sample, Sample]:
    """Return the percentiles of one decision: of the core, and by the clock on the wall.

    Each clock has a pass of its own, since to read the core's takes a call of the system.
    """
    core, wall = Sample(), Sample()
    for number in range(ROUNDS + 1):
        for sample, clock in ((core, time.thread_time_ns), (wall, time.perf_counter_ns)):
            taken = []
            for event in events:
                start = clock()
                enforce(bundle, event, STATE)
                taken.append(clock() - start)
            if number:
                sample.add(taken)
    return core, wall


def messages(*, hits_only: bool = False) -> list[str]:
    """Return different messages of every kind, some with something that a rail finds."""
    draw = random.Random(20260101)  # noqa: S311 - which words a message has is no secret
    found = []
    for number in range(MESSAGES):
        kind = list(KINDS)[number % len(KINDS)]
        is_hit = hits_only or draw.randrange(ONE_HIT_IN) == 0
        found.append(message(kind, draw, hit=draw.choice(list(HITS.values())) if is_hit else ""))
    return found


def seconds(work: Callable[[], object], *, repeats: int) -> float:
    """Return the least seconds of ``repeats`` runs, of this core."""
    best = math.inf
    for _ in range(repeats):
        start = time.thread_time()
        work()
        best = min(best, time.thread_time() - start)
    return best


def growth(bundle: Bundle, text: str) -> float:
    """Return the slope of log cost over log length, of ``text`` again and again."""
    points = []
    for length in LENGTHS:
        longer = (text * (length // len(text) + 1))[: length - len(NOTICE) - 2] + "\n\n" + NOTICE
        event = event_of(longer)
        repeats = 25 if length <= 10_000 else 2
        points.append((math.log(length), math.log(seconds(lambda: enforce(bundle, event), repeats=repeats))))  # noqa: B023 - called at once
    return statistics.linear_regression(*zip(*points, strict=True)).slope


def personal_figures() -> dict[str, float]:
    """Return the figures of personal data; none where they cannot be taken here."""
    try:
        module = importlib.import_module("guard_personal")
    except ModuleNotFoundError as error:
        print(f"  personal data: not timed ({error})")
        return {}
    found = module.figures()
    return {name: found[name] for name in ("pii_ms_per_kchar", "presidio_over_ours") if name in found}


def kinds_of(decision: Decision) -> list[str]:
    """Return what was found, for the table."""
    return sorted({f"{verdict.rail}:{kind}" for verdict in decision.verdicts for kind in verdict.kinds})


def main() -> None:
    """Take the figures and print them."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    settings = [made for kind in BUILDERS if (made := settings_of(kind)) is not None]
    personal = [one for one in settings if one.kind == PERSONAL]  # type: ignore[attr-defined]  # every settings class has it
    rails = [one for one in settings if one.kind != PERSONAL]  # type: ignore[attr-defined]  # as above
    names = [one.kind for one in rails]  # type: ignore[attr-defined]  # as above
    everything, team = bundle_of(rails), bundle_of(rails, belongs=BELONGS)
    print(f"{len(rails)} rails: {', '.join(names)}")
    print(f"{MESSAGES} messages of {BYTES} bytes; one in {ONE_HIT_IN} with something to find; {ROUNDS} rounds")
    show_found(everything)
    plain = messages()
    tables = {EVERYTHING: timed(everything, [event_of(text) for text in plain])}
    for stage in Stage:
        asked = [name for name in names if stage in BELONGS.get(name, tuple(Stage))]
        print(f"  at {stage.value:<12} {len(asked):>2} rails: {', '.join(asked)}")
        tables[stage.value] = timed(team, [event_of(text, stage) for text in plain])
    tables["hits"] = timed(everything, [event_of(text) for text in messages(hits_only=True)])
    texts = {name: message(name, random.Random(1)) for name in KINDS} | HITS  # noqa: S311 - as above
    grown = {name: growth(everything, text) for name, text in texts.items()}
    if personal and "--rails" not in sys.argv:
        grown |= {f"personal data in {name}": growth(bundle_of(personal), texts[name]) for name in KINDS}
    report(tables, grown, {} if "--rails" in sys.argv else personal_figures(), num_rails=len(rails))


def show_found(bundle: Bundle) -> None:
    """Print what is found in messages in which there is nothing to find, and which hits are none."""
    draw = random.Random(2)  # noqa: S311 - as above
    found = Counter(
        f"{kind} ({what})"
        for kind in KINDS
        for _ in range(50)
        for what in kinds_of(enforce(bundle, event_of(message(kind, draw)), STATE))
    )
    for what, count in sorted(found.items()):
        print(f"  found with nothing put in: {what}, {count} of 50")
    silent = [
        name
        for name, hit in HITS.items()
        if not kinds_of(enforce(bundle, event_of(message("prose", draw, hit=hit)), STATE))
    ]
    if silent:
        print(f"  not found though put in: {', '.join(silent)}")


def report(
    tables: Mapping[str, tuple[Sample, Sample]],
    grown: Mapping[str, float],
    personal: Mapping[str, float],
    *,
    num_rails: int,
) -> None:
    """Print a table and one JSON object."""
    print(f"  {'µs a message':<14} {'p50':>8} {'(min to max)':>20} {'p99':>8} {'(min to max)':>20}   wall p50, p99")
    for name, (core, wall) in tables.items():
        shown = " ".join(f"{_mid(one):8.1f} {_range(one):>20}" for one in (core.p50, core.p99))
        print(f"  {name:<14} {shown}   {_mid(wall.p50):.1f}, {_mid(wall.p99):.1f}")
    for name, slope in grown.items():
        print(f"  growth of {name:<32} {slope:6.3f}")
    plain = {name: both for name, both in tables.items() if name != "hits"}
    figures: dict[str, float] = {}
    for what, place in (("rails", 0), ("wall", 1)):
        figures[f"{what}_p50_us"] = round(max(_mid(both[place].p50) for both in plain.values()), 1)
        figures[f"{what}_p99_us"] = round(max(_mid(both[place].p99) for both in plain.values()), 1)
    figures["hits_p50_us"] = round(_mid(tables["hits"][0].p50), 1)
    figures["hits_p99_us"] = round(_mid(tables["hits"][0].p99), 1)
    tools = guard_tools.figures()
    for name, value in tools.items():
        print(f"  {name:<24} {value:8.1f}")
    figures["growth_exponent"] = round(max(grown.values()), 3)
    print(
        json.dumps(
            {
                "benchmark": "guard",
                "figures": {**figures, **tools, **personal},
                "spread": {
                    name: {"p50": _ends(core.p50), "p99": _ends(core.p99)} for name, (core, _) in tables.items()
                },
                "growth": {name: round(slope, 3) for name, slope in grown.items()},
                "rails": num_rails,
                "machine": {
                    "python": platform.python_version(),
                    "system": platform.system(),
                    "arch": platform.machine(),
                },
            }
        )
    )


def _mid(values: Sequence[float]) -> float:
    return statistics.median(values)


def _ends(values: Sequence[float]) -> list[float]:
    return [round(min(values), 1), round(max(values), 1)]


def _range(values: Sequence[float]) -> str:
    low, high = _ends(values)
    return f"({low} to {high})"


if __name__ == "__main__":
    main()
