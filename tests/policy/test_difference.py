from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roadworthy.core.evidence import Assurance, Origin
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.policy.compare import rule_changes
from roadworthy.policy.difference import Change, difference
from roadworthy.policy.model import EvidenceCheck, FactCheck, Layer, MeasureCheck, Tightening

MEASURE = MeasureCheck(category="personal_data", comparator="<=", threshold=0.05, min_samples=60, slices=("language",))
EVIDENCE = EvidenceCheck(type="document:runbook", origins=(Origin.HUMAN_DECLARED,), about=("model",))
FACT = FactCheck(condition="system.owner != ''")


@pytest.fixture
def with_rule(pack, control, rule):
    """A pack with one rule."""
    return lambda **changes: pack(controls=(control(rules=(rule(**changes),)),))


def only(found, kind="rule"):
    (entry,) = [entry for entry in found.entries if entry.kind == kind]
    return entry


@pytest.mark.parametrize(
    ("old", "new", "change", "directions"),
    [
        pytest.param(
            {"require": MEASURE},
            {"require": replace(MEASURE, threshold=0.1)},
            Change.LOOSENED,
            {"threshold": "looser"},
            id="a higher threshold of failures",
        ),
        pytest.param(
            {"require": MEASURE},
            {"require": replace(MEASURE, threshold=0.01, min_samples=300)},
            Change.TIGHTENED,
            {"threshold": "tighter", "min_samples": "tighter"},
            id="a lower threshold on more samples",
        ),
        pytest.param(
            {"require": MEASURE},
            {"require": replace(MEASURE, threshold=0.01, min_samples=30)},
            Change.LOOSENED,
            {"threshold": "tighter", "min_samples": "looser"},
            id="one value looser is loosened whatever the others are",
        ),
        pytest.param(
            {"require": MEASURE},
            {"require": replace(MEASURE, slices=())},
            Change.LOOSENED,
            {"slices": "looser"},
            id="a slice dropped",
        ),
        pytest.param(
            {"require": MEASURE},
            {"require": replace(MEASURE, imports=True)},
            Change.LOOSENED,
            {"imports": "looser"},
            id="imports taken",
        ),
        pytest.param(
            {"require": MEASURE},
            {"require": replace(MEASURE, category="secrets")},
            Change.CHANGED,
            {"category": "unordered"},
            id="another category",
        ),
        pytest.param(
            {"require": MEASURE}, {"require": FACT}, Change.CHANGED, {"kind": "unordered"}, id="another kind of check"
        ),
        pytest.param(
            {"require": EVIDENCE},
            {"require": replace(EVIDENCE, min_assurance=Assurance.INDEPENDENT)},
            Change.TIGHTENED,
            {"min_assurance": "tighter"},
            id="a weightier witness",
        ),
        pytest.param(
            {"require": EVIDENCE},
            {"require": replace(EVIDENCE, about=())},
            Change.LOOSENED,
            {"about": "looser"},
            id="a component no longer covered",
        ),
        pytest.param(
            {"require": FACT},
            {"require": FactCheck(condition="true || system.owner != ''")},
            Change.CHANGED,
            {"condition": "unordered"},
            id="another condition",
        ),
        pytest.param({}, {"severity": Severity.WARN}, Change.LOOSENED, {"severity": "looser"}, id="a softer severity"),
        pytest.param(
            {},
            {"applies_when": "system.autonomy == 'acts'"},
            Change.LOOSENED,
            {"applies_when": "looser"},
            id="a condition where there was none",
        ),
        pytest.param(
            {"applies_when": "system.autonomy == 'acts'"},
            {},
            Change.TIGHTENED,
            {"applies_when": "tighter"},
            id="a condition dropped",
        ),
        pytest.param(
            {},
            {"effective_on": date(2027, 1, 1)},
            Change.LOOSENED,
            {"effective_on": "looser"},
            id="postponed",
        ),
        pytest.param(
            {"effective_on": date(2027, 2, 1)},
            {"effective_on": date(2027, 1, 1)},
            Change.TIGHTENED,
            {"effective_on": "tighter"},
            id="brought forward",
        ),
        pytest.param(
            {}, {"tiers": (RiskTier.HIGH,)}, Change.LOOSENED, {"tiers": "looser"}, id="narrower than its control"
        ),
        pytest.param({}, {"who_may_waive": ("cto",)}, Change.LOOSENED, {"who_may_waive": "looser"}, id="waivable"),
        pytest.param({}, {"message": "It may leak."}, Change.NOTED, {"message": "noted"}, id="other words"),
    ],
)
def test_each_field_says_which_way_it_moved(with_rule, old, new, change, directions):
    entry = only(difference([with_rule(**old)], [with_rule(**new)]))

    found = {field.field: field.direction.value for field in entry.fields}
    assert entry.change is change
    assert {name: found[name] for name in directions} == directions


def test_the_same_pack_twice_differs_in_nothing(pack):
    assert difference([pack()], [pack()]).entries == ()


def test_a_rule_added_or_removed_is_said(pack, control, rule):
    more = pack(controls=(control(rules=(rule(), rule("org/second"))),))

    grown, shrunk = difference([pack()], [more]), difference([more], [pack()])

    assert (only(grown).id, only(grown).change, grown.loosened) == ("org/second", Change.ADDED, ())
    assert (only(shrunk).change, [entry.id for entry in shrunk.loosened]) == (Change.REMOVED, ["org/second"])


def test_links_and_controls_are_told_and_loosen_nothing(pack, control, link):
    old = pack(controls=(control(links=(link(),)),))
    new = pack(controls=(control(title="Another title", links=(link(strength=2), link(id="MEASURE 2.7"))),))

    found = difference([old], [new])

    assert [(entry.kind, entry.change.value) for entry in found.entries] == [
        ("control", "noted"),
        ("link", "noted"),
        ("link", "added"),
    ]
    assert found.loosened == ()


def test_a_tightening_of_a_rule_in_the_set_shows_in_the_rule(pack):
    own = pack("own", layer=Layer.SYSTEM, controls=(), tighten=(_to(0.02),))

    found = difference([pack()], [pack(), own])

    assert [(entry.kind, entry.change.value) for entry in found.entries] == [("pack", "added"), ("rule", "tightened")]


def test_a_tightening_that_is_dropped_loosens_the_rule(pack):
    own = pack("own", layer=Layer.SYSTEM, controls=(), tighten=(_to(0.02),))

    found = difference([pack(), own], [pack()])

    assert only(found).change is Change.LOOSENED


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        pytest.param({"min_samples": 90}, {"min_samples": 60}, Change.LOOSENED, id="fewer samples"),
        pytest.param({"max_age_days": 90}, {"max_age_days": 60}, Change.TIGHTENED, id="a shorter life"),
        pytest.param({"threshold": 0.1}, {"threshold": 0.2}, Change.CHANGED, id="a threshold of a rule not here"),
        pytest.param({"severity": Severity.WARN}, {"severity": Severity.BLOCK}, Change.TIGHTENED, id="a severity"),
        pytest.param({"min_samples": 90, "confidence": 0.99}, {"min_samples": 90}, Change.LOOSENED, id="one gone"),
    ],
)
def test_a_tightening_of_another_packs_rule_is_compared_by_itself(pack, before, after, change):
    old, new = (
        pack("own", controls=(), tighten=(Tightening(rule="other/rule", reason="Why.", **values),))
        for values in (before, after)
    )

    assert only(difference([old], [new]), "tightening").change is change


def test_a_pack_that_is_postponed_or_unreviewed_is_loosened(pack):
    later = difference([pack()], [pack(effective_on=date(2027, 1, 1))])
    draft = difference([pack()], [pack(status="proposed")])

    assert only(later, "pack").change is Change.LOOSENED
    assert only(draft, "pack").change is Change.LOOSENED


def test_by_tier_only_what_binds_there_is_compared(pack, control, rule):
    old = pack(controls=(control(rules=(rule(), rule("org/high", tiers=(RiskTier.HIGH,)))),))

    assert difference([old], [pack()], tier=RiskTier.LIMITED).loosened == ()
    assert [entry.id for entry in difference([old], [pack()], tier=RiskTier.HIGH).loosened] == ["org/high"]


def test_spaces_in_a_condition_are_no_change(with_rule):
    old, new = (with_rule(applies_when=text) for text in ("system.a == 1", "system.a\n  ==  1"))

    assert difference([old], [new]).entries == ()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)  # the fixture is a plain function
@given(
    old=st.tuples(st.sampled_from([0.01, 0.05, 0.2]), st.sampled_from([30, 60]), st.sampled_from(tuple(Severity))),
    new=st.tuples(st.sampled_from([0.01, 0.05, 0.2]), st.sampled_from([30, 60]), st.sampled_from(tuple(Severity))),
)
def test_what_is_looser_one_way_is_tighter_the_other(rule, old, new):
    first, second = (
        rule(require=replace(MEASURE, threshold=threshold, min_samples=samples), severity=severity)
        for threshold, samples, severity in (old, new)
    )
    mirrored = {"looser": "tighter", "tighter": "looser", "unordered": "unordered", "noted": "noted"}

    there = {change.field: change.direction.value for change in rule_changes(first, second)}
    back = {change.field: change.direction.value for change in rule_changes(second, first)}

    assert {name: mirrored[direction] for name, direction in there.items()} == back


def _to(threshold):
    return Tightening(rule="org/leak", reason="Harm is likelier here.", threshold=threshold)
