"""Cases of packs before the real judge: every kind of rule, every outcome."""

from datetime import date

import pytest

from fakes.gate_world import CONDITIONS, evidence_check, fact_check, measure_check, policy, rule
from roadworthy.core.evidence import Assurance, Origin
from roadworthy.gates.trying.cases import answer, failed_cases, failures, said
from roadworthy.policy.cases import Case, CaseDeclaration, CaseRun, CaseSlice, PlacedCase
from roadworthy.policy.expectations import BoundRule
from roadworthy.policy.model import Layer, Pack

FACT = rule(fact_check("system.owner != ''"), id="base/owner")
MEASURE = rule(id="base/injection")
SLICED = rule(measure_check(slices=("language",)), id="base/injection")
DOCUMENT = rule(evidence_check(about=("prompt",)), id="base/runbook")
ASSURED = rule(evidence_check(min_assurance=Assurance.INDEPENDENT, origins=(Origin.HUMAN_DECLARED,)), id="base/runbook")
PROOF = rule(evidence_check(type="proof:controls"), id="base/proven")
OWNED = {"system": {"owner": "x"}}
DE = CaseSlice(name="language", value="de", assessed=100)
PARTS = {"components": [{"type": "prompt", "key": "p"}, {"type": "tool"}, "odd"]}


def bound(one):
    return BoundRule(control=policy(one).controls[0].control, rule=one)


def case(one, want, **values):
    return Case(**({"note": "n", "rule": one.id, "facts": {}, "want": want} | values))


@pytest.mark.parametrize(
    ("one", "values", "want"),
    [
        pytest.param(FACT, {"facts": OWNED}, "pass", id="fact stated"),
        pytest.param(FACT, {"facts": {"system": {"owner": ""}}}, "fail", id="fact refutes"),
        pytest.param(FACT, {}, "missing", id="fact not stated"),
        pytest.param(rule(fact_check("system.owner > 1")), {"facts": OWNED}, "error", id="fact of another type"),
        pytest.param(MEASURE, {}, "missing", id="never run"),
        pytest.param(MEASURE, {"run": CaseRun(assessed=100)}, "pass", id="flawless run"),
        pytest.param(MEASURE, {"run": CaseRun(assessed=100, failures=40)}, "fail", id="bad run"),
        pytest.param(MEASURE, {"run": CaseRun(assessed=100, failures=3)}, "underpowered", id="between"),
        pytest.param(MEASURE, {"run": CaseRun(assessed=100, attempted=120)}, "underpowered", id="too little assessed"),
        pytest.param(MEASURE, {"run": CaseRun(assessed=0)}, "missing", id="nothing assessed"),
        pytest.param(MEASURE, {"run": CaseRun(assessed=100, age_days=30)}, "pass", id="on the day"),
        pytest.param(MEASURE, {"run": CaseRun(assessed=100, age_days=31)}, "stale", id="a day late"),
        pytest.param(MEASURE, {"run": CaseRun(assessed=100, age_days=-1)}, "stale", id="in the future"),
        pytest.param(MEASURE, {"run": CaseRun(assessed=100, verified=False)}, "stale", id="forged"),
        pytest.param(MEASURE, {"run": CaseRun(assessed=100, about="another_release")}, "stale", id="another release"),
        pytest.param(MEASURE, {"run": CaseRun(assessed=100, category="quality")}, "missing", id="another category"),
        pytest.param(MEASURE, {"run": CaseRun(assessed=100, imported=True)}, "missing", id="imports not taken"),
        pytest.param(MEASURE, {"run": CaseRun(assessed=400, judge_age_days=180)}, "pass", id="judge just in time"),
        pytest.param(MEASURE, {"run": CaseRun(assessed=400, judge_age_days=181)}, "stale", id="judge too long ago"),
        pytest.param(SLICED, {"run": CaseRun(assessed=100)}, "missing", id="slice not labelled"),
        pytest.param(SLICED, {"run": CaseRun(assessed=100, slices=(DE,))}, "pass", id="slice passes"),
        pytest.param(
            SLICED,
            {"run": CaseRun(assessed=400, slices=(CaseSlice(name="language", value="de", assessed=50, failures=30),))},
            "fail",
            id="slice fails",
        ),
        pytest.param(
            SLICED, {"run": CaseRun(assessed=100, slices=(DE,), judge_age_days=1)}, "pass", id="judged by slice"
        ),
        pytest.param(
            rule(measure_check(imports=True)),
            {"run": CaseRun(assessed=100, imported=True)},
            "pass",
            id="imports taken",
        ),
        pytest.param(DOCUMENT, {}, "missing", id="nothing declared"),
        pytest.param(DOCUMENT, {"declaration": CaseDeclaration(), "facts": PARTS}, "pass", id="declared"),
        pytest.param(DOCUMENT, {"declaration": CaseDeclaration(supports=False)}, "fail", id="refuted"),
        pytest.param(DOCUMENT, {"declaration": CaseDeclaration(age_days=31)}, "stale", id="declared too long ago"),
        pytest.param(
            DOCUMENT,
            {"declaration": CaseDeclaration(leaves_out=("prompt",)), "facts": PARTS},
            "stale",
            id="leaves a component out",
        ),
        pytest.param(PROOF, {"declaration": CaseDeclaration()}, "pass", id="controls proven"),
        pytest.param(PROOF, {"declaration": CaseDeclaration(supports=False)}, "fail", id="a fault escaped"),
        pytest.param(
            PROOF, {"declaration": CaseDeclaration(tried="another_policy")}, "stale", id="other controls proven"
        ),
        pytest.param(
            PROOF, {"declaration": CaseDeclaration(tried="other_faults")}, "stale", id="some of the faults tried"
        ),
        pytest.param(DOCUMENT, {"declaration": CaseDeclaration(type="document:dpia")}, "missing", id="another type"),
        pytest.param(ASSURED, {"declaration": CaseDeclaration()}, "missing", id="own word only"),
        pytest.param(
            ASSURED,
            {"declaration": CaseDeclaration(assurance=Assurance.INDEPENDENT, origin=Origin.MACHINE_RUN)},
            "missing",
            id="another origin",
        ),
        pytest.param(
            ASSURED, {"declaration": CaseDeclaration(assurance=Assurance.INDEPENDENT)}, "pass", id="independent"
        ),
        pytest.param(rule(applies_when="system.owner == 'y'"), {"facts": OWNED}, "not_applicable", id="does not apply"),
        pytest.param(rule(applies_when="system.owner == 'x'"), {"facts": OWNED}, "applies", id="applies"),
        pytest.param(rule(applies_when="system.owner == 'x'"), {}, "missing", id="nobody knows whether it applies"),
        pytest.param(
            rule(effective_on=date(2030, 1, 2)), {"on": date(2030, 1, 1)}, "pending", id="the day before it binds"
        ),
        pytest.param(
            rule(effective_on=date(2030, 1, 2)), {"on": date(2030, 1, 2)}, "missing", id="the day from which it binds"
        ),
        pytest.param(rule(effective_on=date(2030, 1, 2)), {}, "missing", id="a day on which every rule binds"),
    ],
)
def test_the_judge_answers_a_case(one, values, want):
    got, reason = answer(case(one, want, **values), bound=bound(one), conditions=CONDITIONS)

    assert (got, reason) == (want, reason)
    assert reason


@pytest.mark.parametrize(
    ("one", "values", "problem"),
    [
        (FACT, {"run": CaseRun(assessed=1)}, "states a `run`, and base/owner is no measure rule"),
        (DOCUMENT, {"run": CaseRun(assessed=1)}, "states a `run`, and base/runbook is no measure rule"),
        (MEASURE, {"declaration": CaseDeclaration()}, "states a `declaration`, and base/injection is no evidence rule"),
        (MEASURE, {"run": CaseRun(assessed=1, age_days=400), "on": date(1, 1, 1)}, "date value out of range"),
        (SLICED, {"run": CaseRun(assessed=100, slices=(DE, DE), judge_age_days=1)}, "every slice once"),
        (FACT, {"facts": {"system": object()}}, "no plain values: object has no JSON form"),
    ],
)
def test_a_case_that_cannot_be_asked_is_named_with_its_place(one, values, problem):
    placed = PlacedCase(case=case(one, "pass", **values), where="cases/a.yaml:3:1")

    (failed,) = failed_cases({one.id: bound(one)}, [placed], conditions=CONDITIONS)

    assert (failed.got, failed.where) == ("", "cases/a.yaml:3:1")
    assert problem in said(failed)


def test_a_case_of_no_rule_is_named_and_one_that_is_not_met_says_why():
    control = policy(FACT).controls[0].control
    pack = Pack(
        name="base",
        version="1",
        layer=Layer.ORGANISATION,
        title="t",
        owner="o",
        licence="MIT",
        controls=(control,),
    )
    cases = [case(FACT, "pass", note="met", facts=OWNED), case(FACT, "fail", note="off", facts=OWNED)]
    cases.append(case(rule(id="base/gone"), "pass", note="lost"))

    assert failures(pack, cases, CONDITIONS) == (
        "off: base/owner says pass, not fail: the stated facts meet it",
        "lost: the pack has no rule 'base/gone'",
    )
