"""What the draft finds in policies that a person labelled, by line."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from roadworthy.adapters.packs import PackFolders
from roadworthy.policy.drafting.disposition import Covered, NotTranslated, Proposed
from roadworthy.policy.drafting.drafting import Wanted, draft
from roadworthy.policy.model import Layer, MeasureCheck

POLICIES = Path(__file__).parent / "policies"
LABELS = yaml.safe_load((POLICIES / "labels.yaml").read_text("utf-8"))
BASE = PackFolders(Path()).load("base")
CONTROLS = {control.id: control for control in BASE.controls}


def drafted(name):
    wanted = Wanted(name="acme", layer=Layer.ORGANISATION, owner="Risk office", document=name)
    return draft((POLICIES / name).read_bytes(), wanted=wanted, packs=[BASE])


def proposed_by_line(made):
    """Area and categories proposed for each binding statement, by line; `-` where it was not translated."""
    found = {}
    for entry in made.entries:
        if not entry.statement.modality.binds:
            continue
        match entry.disposition:
            case Proposed(control=control, tests=tests):
                said = (control.area.value, set(tests))
            case Covered(by_control=name):
                rules = CONTROLS[name].rules
                said = (
                    CONTROLS[name].area.value,
                    {rule.require.category for rule in rules if isinstance(rule.require, MeasureCheck)},
                )
            case NotTranslated():
                said = ("-", set())
        found.setdefault(entry.statement.place.line, []).append(said)
    return found


def score(names):
    """Right, found and labelled requirements; of those with a label, right areas; of those with one, categories."""
    tally = Counter()
    for name in names:
        found = proposed_by_line(drafted(name))
        labelled = LABELS[name]["requirements"]
        tally["found"] += sum(map(len, found.values()))
        for line, labels in labelled.items():
            said = found.get(line, [])
            tally["labelled"] += len(labels)
            tally["right"] += min(len(said), len(labels))
            for label, (area, categories) in zip(labels, said, strict=False):
                wanted, _, category = label.partition(" ")
                tally["untestable"] += wanted == "-"
                tally["untestable told"] += wanted == "-" == area
                tally["testable"] += wanted != "-"
                tally["translated"] += wanted != "-" and area != "-"
                tally["area right"] += wanted != "-" and area == wanted
                tally["with category"] += bool(category)
                tally["category right"] += bool(category) and category in categories
    return tally


@pytest.mark.parametrize(
    ("is_seen", "precision", "recall", "area"),
    [
        pytest.param(True, 0.97, 0.97, 0.75, id="policies that the words were chosen with"),
        pytest.param(False, 0.9, 0.8, 0.5, id="policies that they were not"),
    ],
)
def test_requirements_are_found_and_most_areas_are_those_of_the_labels(is_seen, precision, recall, area):
    names = [name for name, labels in LABELS.items() if labels["seen"] is is_seen]
    tally = score(names)

    assert tally["right"] / tally["found"] >= precision
    assert tally["right"] / tally["labelled"] >= recall
    assert tally["area right"] / tally["testable"] >= area


@pytest.mark.parametrize("name", [name for name, labels in LABELS.items() if labels["seen"]])
def test_what_a_person_calls_untestable_is_not_translated(name):
    tally = score([name])
    assert 0 < tally["untestable"] == tally["untestable told"]
