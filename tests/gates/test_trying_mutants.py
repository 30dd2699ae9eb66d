"""Whether cases notice that their pack was loosened: what counts, what does not, and what needs a reason."""

from dataclasses import replace

import pytest

from fakes.gate_world import CONDITIONS, evidence_check, fact_check, measure_check, policy, rule
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.gates.trying.mutants import mutation_report, tried_mutants
from roadworthy.policy.cases import Case, CaseDeclaration, CaseRun, PlacedCase
from roadworthy.policy.expectations import Expectation, Survivor, Trial
from roadworthy.policy.model import Layer, Pack, Tightening
from roadworthy.policy.mutation.mutant import Mutant
from roadworthy.policy.mutation.mutants import mutants

FACT = rule(fact_check("system.owner != '' && system.name != ''"), id="base/owner")
BINDS = Expectation(
    rules=("base/owner",), tiers=(RiskTier.HIGH,), severity=Severity.BLOCK, who_may_waive=("risk_reviewer",)
)


def pack(*rules, **changes):
    controls = tuple(replace(item.control, rules=item.rules) for item in policy(*rules).controls)
    values = {"name": "base", "version": "1", "layer": Layer.ORGANISATION, "title": "t", "owner": "o", "licence": "MIT"}
    return Pack(controls=controls, **(values | changes))


def case(one, want, *, note=None, **values):
    given = {"note": note or f"{one.id} {want} {values}", "rule": one.id, "facts": {}, "want": want}
    return PlacedCase(case=Case(**(given | values)), where="cases.yaml:1:1")


def named(owner, name):
    return {"system": {"owner": owner, "name": name}}


THOROUGH = (
    case(FACT, "pass", facts=named("x", "y")),
    case(FACT, "fail", facts=named("", "y"), note="no owner"),
    case(FACT, "fail", facts=named("x", ""), note="no name"),
)


def fates(of, trial, **values):
    return {
        (one.operator, one.change): one.fate
        for one in tried_mutants(mutants(of, **values), pack=of, trial=trial, conditions=CONDITIONS, **values)
    }


def test_thorough_cases_and_an_expectation_notice_every_change():
    found = fates(pack(FACT), Trial(cases=THOROUGH, expectations=(BINDS,)))

    assert set(found.values()) == {"noticed"}
    assert len(found) > 10


def test_no_cases_notice_nothing():
    assert set(fates(pack(FACT), Trial()).values()) == {"survived"}


def test_a_forgotten_case_lets_its_change_survive():
    found = fates(pack(FACT), Trial(cases=THOROUGH[:2], expectations=(BINDS,)))

    assert found["drop_operand", "condition: system.owner != ''"] == "survived"
    assert found["drop_operand", "condition: system.name != ''"] == "noticed"


def test_a_case_that_the_pack_itself_does_not_meet_notices_nothing():
    wrong = case(FACT, "not_applicable", facts=named("x", "y"))

    assert set(fates(pack(FACT), Trial(cases=(wrong,))).values()) == {"survived"}


def test_an_expectation_that_the_pack_itself_does_not_meet_notices_nothing():
    wrong = replace(BINDS, severity=Severity.WARN)

    assert set(fates(pack(FACT), Trial(expectations=(wrong,))).values()) == {"survived"}


@pytest.mark.parametrize(
    ("min_samples", "fate"),
    [
        pytest.param(59, "survived", id="the bound alone would let 58 through"),
        pytest.param(58, "equivalent", id="58 flawless samples are the fewest that pass at 5 % and 95 %"),
    ],
)
def test_fewer_samples_than_the_bound_needs_make_no_difference(min_samples, fate):
    """Zero failures pass at 5 % and 95 % from 59 samples on: 0.95^59 = 0.0485."""
    needed = 60 if min_samples == 59 else 59
    one = rule(measure_check(min_samples=needed))
    lowered = Mutant(
        operator="lower_min_samples",
        rule=one.id,
        change="",
        pack=pack(replace(one, require=replace(one.require, min_samples=needed - 1))),
    )

    (found,) = tried_mutants([lowered], pack=pack(one), trial=Trial(), conditions=CONDITIONS)

    assert found.fate == fate


def test_a_tier_dropped_from_a_control_whose_rules_name_their_own_makes_no_difference():
    one = replace(FACT, tiers=(RiskTier.HIGH,))
    wide = pack(one)
    control = replace(wide.controls[0], tiers=(RiskTier.HIGH, RiskTier.LIMITED))
    wide = replace(wide, controls=(control,))

    found = fates(wide, Trial())

    assert found["drop_tier", "tiers: without limited"] == "equivalent"


def test_a_changed_condition_that_does_not_compile_is_no_mutant():
    broken = Mutant(operator="negate", rule=FACT.id, change="", pack=pack(replace(FACT, require=fact_check("(("))))

    (found,) = tried_mutants([broken], pack=pack(FACT), trial=Trial(cases=THOROUGH), conditions=CONDITIONS)

    assert found.fate == "invalid"


def test_a_weakened_tightening_is_noticed_by_a_case_on_the_rule_of_the_wider_pack():
    base = pack(rule())
    change = Tightening(rule="base/injection", reason="r", threshold=0.01, min_samples=300)
    sector = pack(name="sector", tighten=(change,), layer=Layer.SECTOR)
    runs = (CaseRun(assessed=300), CaseRun(assessed=299), CaseRun(assessed=400, failures=1))
    wants = ("pass", "underpowered", "underpowered")
    cases = tuple(case(rule(), want, run=run) for want, run in zip(wants, runs, strict=True))

    found = fates(sector, Trial(cases=cases), under=(base,))
    dated = replace(BINDS, rules=("base/injection",))
    expecting = fates(sector, Trial(cases=cases, expectations=(dated,)), under=(base,))

    assert {k for k, v in found.items() if v != "noticed"} == {("postpone_pack", "effective_on: 2100-01-01")}
    assert set(expecting.values()) == {"noticed"}


def test_survivors_with_a_reason_are_told_from_those_without():
    trial = Trial(cases=THOROUGH[:2], expectations=(BINDS,))
    of = pack(FACT)
    tried = list(tried_mutants(mutants(of), pack=of, trial=trial, conditions=CONDITIONS))
    reason = Survivor(
        operator="drop_operand", rule="base/owner", change="condition: system.owner != ''", reason="Names are checked."
    )
    idle = Survivor(operator="negate", rule="base/owner", reason="Nobody would.")

    report = mutation_report(tried, survivors=(reason, idle))

    assert ("condition: system.owner != ''", "Names are checked.") in [(o.change, r) for o, r in report.survivors]
    assert "condition: system.owner != ''" not in [one.change for one in report.unexplained]
    assert report.unexplained
    assert report.idle_reasons == ("base/owner: negate is no survivor",)
    assert report.score == report.noticed / report.mutants < 1


def test_no_mutants_have_no_score():
    assert mutation_report((), survivors=()).score is None


def test_a_case_that_a_change_makes_impossible_to_try_has_noticed_nothing():
    """Evidence so old that no calendar holds its day cannot be tried; that says nothing of the change."""
    old = rule(evidence_check(max_age_days=1_000_000), id="base/runbook")
    tried = case(old, "pass", declaration=CaseDeclaration(type="document:runbook"))

    found = fates(pack(old), Trial(cases=(tried,)))

    assert found["lengthen_max_age", "max_age_days: 1000000 -> 1000001"] == "survived"
    assert found["lengthen_max_age", "max_age_days: 1000000 -> 2000000"] == "survived"


def test_a_rule_on_one_scorer_can_be_shown_and_a_case_that_names_it_notices_another():
    scored = rule(measure_check(metric="exact_match"), id="base/right")
    run = CaseRun(assessed=400)
    unnamed = case(scored, "pass", run=run)
    named_too = case(scored, "pass", run=replace(run, metric="exact_match"), note="by exact_match")
    changed = ("ask_for_another", "metric: exact_match -> exact_match-other")

    assert fates(pack(scored), Trial(cases=(unnamed,)))[changed] == "survived"
    assert fates(pack(scored), Trial(cases=(unnamed, named_too)))[changed] == "noticed"
