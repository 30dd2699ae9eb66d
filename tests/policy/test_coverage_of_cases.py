from datetime import date

import pytest

from roadworthy.policy.cases import Case
from roadworthy.policy.coverage import uncovered
from roadworthy.policy.model import EvidenceCheck, MeasureCheck, Tightening

KINDS = {
    "fact": ("pass", "fail", "missing"),
    "measure": ("pass", "fail", "missing", "stale", "underpowered"),
    "evidence": ("pass", "fail", "missing", "stale"),
}


@pytest.fixture
def of_kind(rule, fact_rule):
    def make(kind, **changes):
        match kind:
            case "fact":
                return fact_rule("org/r", **changes)
            case "measure":
                return rule("org/r", **changes)
            case _:
                return rule("org/r", require=EvidenceCheck(type="document:runbook"), **changes)

    return make


def case(want, rule="org/r"):
    return Case(note=want, rule=rule, facts={}, want=want)


@pytest.mark.parametrize("kind", KINDS)
def test_each_rule_owes_every_outcome_of_its_kind(pack, control, of_kind, kind):
    org = pack(controls=(control(rules=(of_kind(kind),)),))

    assert uncovered(org, []) == tuple(f"org/r: no case wants {want}" for want in KINDS[kind])
    assert uncovered(org, [case(want) for want in KINDS[kind]]) == ()


@pytest.mark.parametrize("kind", KINDS)
def test_a_condition_of_application_must_be_seen_not_to_apply(pack, control, of_kind, kind):
    org = pack(controls=(control(rules=(of_kind(kind, applies_when="system.role == 'x'"),)),))

    assert uncovered(org, [case(want) for want in KINDS[kind]]) == ("org/r: no case wants not_applicable",)


@pytest.mark.parametrize("whose", ["rule", "pack"])
def test_what_takes_effect_later_must_be_seen_pending(pack, control, of_kind, whose):
    day = date(2030, 1, 1)
    one = of_kind("fact", **({"effective_on": day} if whose == "rule" else {}))
    org = pack(controls=(control(rules=(one,)),), **({"effective_on": day} if whose == "pack" else {}))

    assert uncovered(org, [case(want) for want in KINDS["fact"]]) == ("org/r: no case wants pending",)


@pytest.mark.parametrize(("bar", "threshold"), [(("<=", "failure"), 1.0), ((">=", "success"), 0.0)])
def test_a_bar_that_nothing_can_fail_is_said_to_be_one(pack, control, rule, bar, threshold):
    comparator, rate = bar
    check = MeasureCheck(category="quality", comparator=comparator, rate=rate, threshold=threshold)
    org = pack(controls=(control(rules=(rule("org/r", require=check),)),))

    lines = uncovered(org, [case(want) for want in KINDS["measure"] if want != "fail"])

    assert lines == (f"org/r: no run can fail it, for the threshold {threshold:g} lets every rate through",)


def test_what_a_pack_tightens_must_be_tried(pack):
    change = Tightening(rule="base/r", reason="harm is likelier", threshold=0.01)
    sector = pack("sector", controls=(), tighten=(change,))

    assert uncovered(sector, []) == ("base/r: no case tries what this pack tightens",)
    assert uncovered(sector, [case("pass", rule="base/r")]) == ()
