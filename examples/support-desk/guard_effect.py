"""What the guard fixed, what it did not, and what it cost: two judgements of one release side by side."""

from __future__ import annotations

import json
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

BENIGN = frozenset({"quality", "over_refusal", "grounding"})
"""Categories of tasks that ask for nothing that should be stopped."""

_ARROW = {"better": "better", "worse": "WORSE", "not_worse": "not worse", "cannot_tell": "cannot tell"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One scorer of one task, without and with the guard, over the samples that both judged."""

    task: str
    scorer: str
    slice: str
    pairs: int
    without: int
    """Samples that succeeded."""

    guarded: int
    difference: float | None
    """In rate; None: there was no pair."""

    low: float | None
    """Of the 95 % interval of the difference, for pairs."""

    high: float | None
    unassessed: int
    verdict: str
    """``better``, ``worse``, ``not_worse`` or ``cannot_tell``, by ``rw eval diff``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What requests to one assistant cost."""

    assistant: str
    requests: int
    model_calls: int
    stopped: int
    seconds: tuple[float, float, float]
    """5th, 50th and 95th percentile of a whole request under the load of the evaluation."""

    guard_ms: tuple[float, float, float]
    """The same of what the guard took of it; zeros without it."""


def effects(comparisons: Iterable[Mapping[str, Any]]) -> tuple[Effect, ...]:
    """Read what ``rw eval diff --format json`` says of each task."""
    return tuple(_effect(one, rate) for one in comparisons for rate in one["rates"])


def _effect(comparison: Mapping[str, Any], rate: Mapping[str, Any]) -> Effect:
    difference = rate["difference"]
    interval = difference["interval"] if difference else {"low": None, "high": None}
    return Effect(
        task=comparison["candidate"]["task"],
        scorer=rate["metric"],
        slice=rate["slice"],
        pairs=difference["pairs"] if difference else 0,
        without=rate["base_successes"],
        guarded=rate["candidate_successes"],
        difference=difference["estimate"] if difference else None,
        low=interval["low"],
        high=interval["high"],
        unassessed=sum(rate["unassessed"].values()),
        verdict=rate["verdict"],
    )


def costs(log: Path) -> tuple[Cost, ...]:
    """Read the figures that the application wrote, by assistant."""
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return tuple(_cost(name, [one for one in lines if one["assistant"] == name]) for name in _names(lines))


def _names(lines: Sequence[Mapping[str, Any]]) -> list[str]:
    return sorted({str(one["assistant"]) for one in lines})


def _cost(name: str, lines: Sequence[Mapping[str, Any]]) -> Cost:
    return Cost(
        assistant=name,
        requests=len(lines),
        model_calls=sum(one["model_calls"] for one in lines),
        stopped=sum(bool(one.get("stopped")) for one in lines),
        seconds=_spread([one["seconds"] for one in lines]),
        guard_ms=_spread([one.get("guard_us", 0) / 1000 for one in lines]),
    )


def _spread(values: Sequence[float]) -> tuple[float, float, float]:
    if len(values) < 2:
        value = values[0] if values else 0.0
        return (value, value, value)
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    return (round(cuts[0], 3), round(statistics.median(values), 3), round(cuts[-1], 3))


def rules(log: Path) -> tuple[tuple[str, int], ...]:
    """Return which rules stopped or changed something, in how many requests, the most frequent first."""
    lines = (json.loads(line) for line in log.read_text(encoding="utf-8").splitlines())
    return tuple(Counter(rule for one in lines for rule in one.get("rules", ())).most_common())


def stopped(journal: Path) -> int:
    """Return how many samples of a run the guard stopped."""
    lines = (json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines())
    return sum(one.get("response", {}).get("finish_reason") == "content_filter" for one in lines)


def refuted(report: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return what blocks the release: word and title by rule, from ``rw report``."""
    return {
        row["rule"]: (row["word"], row["title"])
        for group in report["groups"]
        for row in group["rows"]
        if group["anchor"] in ("refuted", "undecided")
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Everything that is shown of the two judgements."""

    effects: tuple[Effect, ...]
    benign_stopped: Mapping[str, tuple[int, int]]
    """By task that asks for nothing bad: samples that the guard stopped, of how many."""

    without: tuple[Cost, ...]
    guarded: tuple[Cost, ...]
    rules: tuple[tuple[str, int], ...]
    reports: tuple[Mapping[str, Any], Mapping[str, Any]]
    """As ``rw report`` writes them, without and with the guard."""

    def as_json(self) -> dict[str, Any]:
        """Return it for a program."""
        before, after = (refuted(one) for one in self.reports)
        return {
            "schema": "support-desk/guard-effect/v1",
            "effects": [asdict(one) for one in self.effects],
            "benign_stopped": {task: {"stopped": n, "samples": of} for task, (n, of) in self.benign_stopped.items()},
            "cost": {
                "without": [asdict(one) for one in self.without],
                "guarded": [asdict(one) for one in self.guarded],
            },
            "rules": dict(self.rules),
            "verdict": {"without": self.reports[0]["word"], "guarded": self.reports[1]["word"]},
            "no_longer_in_the_way": sorted(set(before) - set(after)),
            "newly_in_the_way": sorted(set(after) - set(before)),
        }

    def lines(self) -> Iterator[str]:
        """Say it to people."""
        yield from _table("What the guard fixed", [one for one in self.effects if one.verdict == "better"])
        yield from _table("What it made worse", [one for one in self.effects if one.verdict == "worse"])
        rest = [one for one in self.effects if one.verdict not in ("better", "worse") and _is_shown(one)]
        yield from _table(
            "What it did not fix: neither better nor worse beyond chance; and parts that came out lower", rest
        )
        yield "False refusals: samples that ask for nothing bad and that the guard stopped; calls that are due"
        for task, (count, of) in self.benign_stopped.items():
            yield f"    {task:32} {count} of {of}"
        for one in self.effects:
            if one.slice.endswith("=due"):
                made = f"{one.without} of {one.pairs} made without the guard, {one.guarded} with it"
                yield f"    {one.task + ', calls that are due':32} {made}"
        yield ""
        yield from self._cost_lines()
        yield from self._verdict_lines()

    def _cost_lines(self) -> Iterator[str]:
        yield "What it cost (requests as the evaluation made them, eight at once on this machine)"
        heads = f"{'requests':>8} {'model calls':>12} {'each':>6} {'stopped':>8}"
        yield f"    {'':29} {heads}   guard took, ms (5 %, median, 95 %)"
        for label, found in (("without", self.without), ("guarded", self.guarded)):
            for one in found:
                each = one.model_calls / max(one.requests, 1)
                took = " ".join(f"{value:8.2f}" for value in one.guard_ms) if label != "without" else "       –"
                figures = f"{one.requests:>8} {one.model_calls:>12} {each:>6.2f} {one.stopped:>8}"
                yield f"    {one.assistant:17} {label:>11} {figures}   {took}"
        for assistant, before, after in self._both():
            low, middle, high = before.seconds
            now_low, now, now_high = after.seconds
            yield (
                f"    {assistant}: a request took {middle:.2f} s (median; 5 % {low:.2f}, 95 % {high:.2f}) without, "
                f"{now:.2f} s ({now_low:.2f}, {now_high:.2f}) with it"
            )
        if self.rules:
            shown = ", ".join(f"{rule} {count}" for rule, count in self.rules[:12])
            yield f"    rules that acted, by requests: {shown}"
        yield ""

    def _both(self) -> Iterator[tuple[str, Cost, Cost]]:
        after = {one.assistant: one for one in self.guarded}
        for one in self.without:
            if one.assistant in after:
                yield one.assistant, one, after[one.assistant]

    def _verdict_lines(self) -> Iterator[str]:
        before, after = (refuted(one) for one in self.reports)
        yield f"The verdict: {self.reports[0]['word']} without the guard, {self.reports[1]['word']} with it."
        yield f"    without: {self.reports[0]['summary']}"
        yield f"    with:    {self.reports[1]['summary']}"
        for said, rules_found, words in (
            ("no longer in the way", sorted(set(before) - set(after)), before),
            ("newly in the way", sorted(set(after) - set(before)), after),
        ):
            for rule in rules_found:
                yield f"    {said}: {words[rule][1]} ({rule})"
        for rule, (word, title) in sorted(after.items()):
            if word == "Refuted":
                yield f"    still refuted: {title} ({rule})"


def _is_shown(one: Effect) -> bool:
    """Return whether a line is of all samples, or of a part of them that came out lower."""
    return one.slice == "all" or (one.difference is not None and one.difference < 0)


def _table(title: str, found: Sequence[Effect]) -> Iterator[str]:
    yield title
    if not found:
        yield "    nothing"
    for one in found:
        part = "" if one.slice == "all" else f" [{one.slice}]"
        name = f"{one.task}: {one.scorer}{part}"
        if one.difference is None or one.low is None or one.high is None:
            yield f"    {name:46} no pair was judged in both"
            continue
        rates = f"{one.without / one.pairs:6.1%} → {one.guarded / one.pairs:6.1%}"
        interval = f"{one.difference * 100:+6.1f} points ({one.low * 100:+.1f} to {one.high * 100:+.1f})"
        unjudged = f", {one.unassessed} not judged" if one.unassessed else ""
        yield f"    {name:46} {rates}  {interval}, {one.pairs} pairs{unjudged}: {_ARROW[one.verdict]}"
    yield ""
