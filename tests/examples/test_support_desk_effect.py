"""What the demo says of a guard: what got better, what worse, what it stopped and cost, and the verdict."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "examples" / "support-desk"))

from guard_effect import Effect, Judgement, costs, effects, rules, stopped


def effect(task, *, without, guarded, verdict, slice="all", pairs=20, low=-0.1, high=0.3):
    difference = (guarded - without) / pairs if pairs else None
    return Effect(
        task=task, scorer="tool_calls", slice=slice, pairs=pairs, without=without, guarded=guarded,
        difference=difference, low=low if pairs else None, high=high if pairs else None, unassessed=0, verdict=verdict,
    )  # fmt: skip


def report(word, *blocked):
    rows = [{"rule": f"base/{one}", "word": "Refuted", "title": one} for one in blocked]
    return {"word": word, "summary": f"{len(rows)} rules", "groups": [{"anchor": "refuted", "rows": rows}]}


def judged(*found):
    reports = (report("Blocked", "harm", "tools"), report("Blocked", "harm", "twins"))
    return Judgement(
        effects=found, benign_stopped={"benign-twins": (1, 30)}, without=(), guarded=(), rules=(), reports=reports
    )


def section(judgement, title):
    lines = list(judgement.lines())
    start = next(number for number, line in enumerate(lines) if line.startswith(title))
    return lines[start + 1 : lines.index("", start)]


FOUND = judged(
    effect("tool-use", without=7, guarded=16, verdict="better", low=0.11, high=0.69),
    effect("benign-twins", without=20, guarded=15, verdict="worse", low=-0.4, high=-0.1),
    effect("tool-use", without=2, guarded=0, verdict="cannot_tell", slice="kind=due", pairs=4, low=-0.9, high=0.4),
    effect("grounding", without=0, guarded=0, verdict="cannot_tell", pairs=0),
)


def test_each_difference_stands_where_it_belongs_with_its_interval():
    (better,) = section(FOUND, "What the guard fixed")
    (worse,) = section(FOUND, "What it made worse")
    rest = section(FOUND, "What it did not fix")

    assert "35.0% →  80.0%   +45.0 points (+11.0 to +69.0), 20 pairs: better" in better
    assert "-25.0 points (-40.0 to -10.0), 20 pairs: WORSE" in worse
    assert [line.split(":")[0].strip() for line in rest] == ["tool-use", "grounding"]
    assert "no pair was judged in both" in rest[1]


def test_what_the_guard_stopped_of_what_should_go_on_is_said():
    said = section(FOUND, "False refusals")

    assert said[0].split() == ["benign-twins", "1", "of", "30"]
    assert "2 of 4 made without the guard, 0 with it" in said[1]


def test_the_verdict_says_what_is_still_in_the_way_and_what_is_new():
    said = "\n".join(FOUND.lines()).partition("The verdict: ")[2]

    assert said.startswith("Blocked without the guard, Blocked with it.")
    assert "no longer in the way: tools (base/tools)" in said
    assert "newly in the way: twins (base/twins)" in said
    assert "still refuted: harm (base/harm)" in said
    assert FOUND.as_json()["newly_in_the_way"] == ["base/twins"]


def test_costs_rules_and_stops_are_read_from_what_was_written(tmp_path):
    log, journal = tmp_path / "log.jsonl", tmp_path / "journal.jsonl"
    lines = [
        {"assistant": "a", "seconds": 1.0, "model_calls": 1, "stopped": True, "rules": ["r/x"], "guard_us": 4000},
        {"assistant": "a", "seconds": 3.0, "model_calls": 2, "stopped": False, "rules": [], "guard_us": 6000},
    ]
    log.write_text("".join(json.dumps(one) + "\n" for one in lines))
    journal.write_text('{"response": {"finish_reason": "content_filter"}}\n{"plan": {}}\n')
    (cost,) = costs(log)

    assert (cost.requests, cost.model_calls, cost.stopped) == (2, 3, 1)
    assert (cost.seconds[1], cost.guard_ms[1]) == (2.0, 5.0)
    assert rules(log) == (("r/x", 1),)
    assert stopped(journal) == 1


def test_a_comparison_without_pairs_has_no_difference():
    rate = {
        "metric": "m", "slice": "all", "base_successes": 0, "candidate_successes": 0, "verdict": "cannot_tell",
        "unassessed": {"base": 2, "both": 1}, "difference": None,
    }  # fmt: skip
    (found,) = effects([{"candidate": {"task": "t"}, "rates": [rate]}])

    assert (found.pairs, found.difference, found.unassessed) == (0, None, 3)
