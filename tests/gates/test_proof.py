from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.gate_world import NOW, declared, evidence_check, fact_check, held, judge, policy, release, rule
from roadworthy.core.digest import digest_of
from roadworthy.core.evidence import ControlProof, Origin, Producer
from roadworthy.core.subject import Subject
from roadworthy.gates.model import RuleOutcome, Verdict
from roadworthy.gates.proof import FaultOutcome, false_alarms, judge_fault, proof_of, proving, unproven
from roadworthy.gates.validity import component_digests
from roadworthy.policy.faults import Fault, LoseRevision, SetField
from roadworthy.policy.model import Layer, Pack

OWNER = rule(fact_check("system.owner != ''"), id="base/owner")
PURPOSE = rule(fact_check("system.purpose != ''"), id="base/purpose")
AGENTS = rule(fact_check("system.bound > 0"), id="base/agents", applies_when="system.agents == true", severity="warn")
GOOD = {"system": {"owner": "we", "purpose": "help", "agents": False}}


def days(count):
    return timedelta(days=count)


def make_pack(*types):
    controls = tuple(
        replace(
            policy(rule(fact_check("system.owner != ''"), id=f"p/{kind}-rule")).controls[0].control,
            id=f"p/{kind}",
            type=kind,
        )
        for kind in types
    )
    return Pack(
        name="p", version="1", layer=Layer.SYSTEM, title="P", owner="we", licence="Apache-2.0", controls=controls
    )


def fault(*rules, **changes):
    values = {"id": "f", "title": "t", "harm": "h", "caught_by": rules or ("base/owner",)}
    return Fault(**(values | {"plant": (SetField(at="system.owner", remove=True),)} | changes))


def decided(**system):
    return judge(OWNER, PURPOSE, AGENTS, facts={"system": GOOD["system"] | system}, tasks=())


def test_a_fault_whose_rule_stops_being_met_is_caught_and_what_else_noticed_is_told():
    result = judge_fault(fault(), clean=decided(), planted=decided(owner="", purpose=""), ms=7)

    assert (result.outcome, result.caught_by, result.also, result.ms) == (
        FaultOutcome.CAUGHT,
        ("base/owner",),
        ("base/purpose",),
        7,
    )


def test_a_rule_that_did_not_apply_and_then_is_not_met_has_caught_it():
    result = judge_fault(fault("base/agents"), clean=decided(), planted=decided(agents=True, bound=0))

    assert result.outcome is FaultOutcome.CAUGHT


def test_a_rule_that_does_not_apply_has_no_place_where_the_fault_states_nothing_new():
    silent = fault("base/agents", plant=(LoseRevision(),))

    result = judge_fault(silent, clean=decided(), planted=decided())
    stated = judge_fault(fault("base/agents"), clean=decided(), planted=decided())

    assert (result.outcome, result.reason) == (FaultOutcome.UNPLACED, "its rules do not apply to this system")
    assert (stated.outcome, stated.reason) == (FaultOutcome.ESCAPED, "base/agents: not_applicable")


def test_every_rule_that_is_meant_to_catch_it_must():
    result = judge_fault(fault("base/owner", "base/purpose"), clean=decided(), planted=decided(owner=""))

    assert result.outcome is FaultOutcome.ESCAPED
    assert result.caught_by == ("base/owner",)
    assert result.reason == "base/purpose: pass"


def test_another_rule_that_raises_does_not_make_it_caught():
    result = judge_fault(fault("base/owner"), clean=decided(), planted=decided(purpose=""))

    assert (result.outcome, result.also) == (FaultOutcome.ESCAPED, ("base/purpose",))


def test_a_rule_that_is_no_longer_in_force_has_caught_nothing():
    planted = replace(decided(), results=tuple(r for r in decided().results if r.rule != "base/owner"))

    result = judge_fault(fault(), clean=decided(), planted=planted)

    assert (result.outcome, result.reason) == (FaultOutcome.ESCAPED, "base/owner: no longer in force")


@pytest.mark.parametrize(
    ("rules", "clean", "reason"),
    [
        pytest.param(("other/rule",), {}, "none of its rules binds", id="a rule of another tier or pack"),
        pytest.param(("base/owner",), {"owner": ""}, "not met on the clean copy", id="red before it was planted"),
    ],
)
def test_a_fault_that_can_show_nothing_is_unplaced(rules, clean, reason):
    result = judge_fault(fault(*rules), clean=decided(**clean), planted=decided(owner=""))

    assert result.outcome is FaultOutcome.UNPLACED
    assert reason in result.reason


def test_a_gate_that_cannot_decide_has_neither_caught_it_nor_let_it_through():
    result = judge_fault(fault(), clean=decided(), planted=None, refusal="the manifest is broken")

    assert (result.outcome, result.reason) == (
        FaultOutcome.UNPLACED,
        "nothing could be decided: the manifest is broken",
    )


def test_a_fault_that_is_to_stop_the_gate_is_caught_when_it_does():
    stopping = fault(stops=True)

    refused = judge_fault(stopping, clean=decided(), planted=None, refusal="never assessed")
    blocked = judge_fault(stopping, clean=decided(), planted=decided(owner=""))
    shipped = judge_fault(stopping, clean=decided(), planted=decided())
    blind = judge_fault(stopping, clean=decided(purpose=""), planted=None, refusal="never assessed")

    assert [r.outcome for r in (refused, blocked, shipped, blind)] == ["caught", "caught", "escaped", "unplaced"]


def test_false_alarms_are_rules_that_raise_on_the_clean_copy_and_that_a_fault_names():
    clean = decided(owner="", purpose="")

    assert false_alarms([fault("base/owner")], clean) == ("base/owner",)


def test_a_proof_supports_only_when_something_was_caught_and_nothing_escaped_or_raised_for_nothing():
    caught = judge_fault(fault(), clean=decided(), planted=decided(owner=""))
    escaped = judge_fault(fault(id="g"), clean=decided(), planted=decided())
    policy = digest_of("policy")

    def proof(*results, alarms=()):
        return proof_of([fault()], results, alarms=alarms, policy=policy)

    assert proof(caught).supports
    assert not proof(caught, escaped).supports
    assert not proof(caught, alarms=("base/owner",)).supports
    assert not proof().supports
    assert (proof(caught, escaped).planted, proof(caught, escaped).escaped) == (2, ("g",))


def test_the_list_of_faults_is_bound_by_digest_whatever_its_order():
    one, two = fault(), fault(id="g")

    def digest(*faults):
        return proof_of(faults, (), alarms=(), policy=digest_of("p")).faults

    assert digest(one, two) == digest(two, one) != digest(one)


def test_faults_are_found_by_the_rules_that_they_prove():
    assert [f.id for f in proving([fault(), fault("base/purpose", id="g")], ["base/purpose"])] == ["g"]


def test_a_technical_control_that_no_fault_names_is_unproven():
    pack = make_pack("preventive", "detective", "directive")

    assert unproven([pack], []) == ("p/detective", "p/preventive")
    assert unproven([pack], [fault("p/preventive-rule")]) == ("p/detective",)


PROOF = rule(evidence_check(type="proof:controls", origins=(Origin.MACHINE_RUN,)), id="base/proven")


IN_FORCE = digest_of(policy(PROOF))
LISTED = digest_of("every fault that the packs name")


def proof_evidence(*, id="ev_p", age=None, subjects=None, **parts):
    proof = ControlProof(**({"faults": LISTED, "policy": IN_FORCE, "caught": ("a",)} | parts))
    piece = declared("proof:controls", id=id, origin=Origin.MACHINE_RUN, producer=Producer(name="prove", version="1"))
    every = tuple(Subject(kind="component", name=key, digest=d) for key, d in component_digests(release()).items())
    changed = {} if age is None else {"observed_at": NOW - age}
    return replace(piece, declaration=None, proof=proof, subjects=subjects or every, **changed)


def held_against(*pieces, rules=(PROOF,), faults=LISTED, **more):
    """The decision on a release whose policy asks for a proof, with every fault of its packs on the list."""
    return judge(*rules, evidence=held(*pieces, **more), faults=faults)


@pytest.mark.parametrize(
    ("parts", "outcome"),
    [
        pytest.param({}, RuleOutcome.PASS, id="all caught"),
        pytest.param({"escaped": ("b",)}, RuleOutcome.FAIL, id="one escaped"),
        pytest.param({"false_alarms": ("base/x",)}, RuleOutcome.FAIL, id="one raised for nothing"),
        pytest.param({"caught": ()}, RuleOutcome.FAIL, id="nothing was planted"),
    ],
)
def test_a_recorded_proof_counts_for_or_against_the_rule_that_asks_for_it(parts, outcome):
    decision = held_against(proof_evidence(**parts))

    assert decision.results[0].outcome is outcome


def test_what_a_refuting_proof_says_is_named_with_the_command_to_try_again():
    result = held_against(proof_evidence(escaped=("b", "c"))).results[0]

    assert result.reason == "2 of 3 planted faults escaped: b, c"
    assert result.command == "rw controls prove --record"


def test_the_newest_proof_counts_alone_in_both_directions():
    old_bad = proof_evidence(id="ev_1", age=days(5), escaped=("b",))
    new_good = proof_evidence(id="ev_2", age=days(1))
    old_good = proof_evidence(id="ev_3", age=days(5))
    new_bad = proof_evidence(id="ev_4", age=days(1), escaped=("b",))

    assert held_against(old_bad, new_good).verdict is Verdict.SHIP
    assert held_against(old_good, new_bad).verdict is Verdict.BLOCKED


def test_an_unsigned_proof_does_not_count():
    assert held_against(proof_evidence(), verified=False).results[0].outcome is RuleOutcome.STALE


OTHER = digest_of("another")
COMPONENTS = component_digests(release())


def subjects(**changed):
    """Every component of the release as a proof covers it, with ``changed`` digests; None leaves one out."""
    digests = {**COMPONENTS, **changed}
    return tuple(Subject(kind="component", name=key, digest=d) for key, d in digests.items() if d is not None)


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        pytest.param({"policy": OTHER}, "the controls of another policy", id="another policy"),
        pytest.param({"faults": OTHER}, "other faults than the packs in force name", id="another list of faults"),
        pytest.param({"subjects": subjects(model=OTHER)}, "model changed", id="another model"),
        pytest.param({"subjects": subjects(model=None)}, "does not cover model", id="a model that came later"),
        pytest.param({"subjects": subjects(gone=OTHER)}, "which this release has not", id="a component that is gone"),
    ],
)
def test_a_proof_is_not_carried_over_to_what_it_did_not_try(parts, reason):
    result = held_against(proof_evidence(**parts)).results[0]

    assert (result.outcome, reason in result.reason) == (RuleOutcome.STALE, True)
    assert result.command == "rw controls prove --record"


def test_where_the_list_of_faults_is_not_known_no_proof_counts():
    assert held_against(proof_evidence(), faults=None).results[0].outcome is RuleOutcome.STALE


def test_a_newer_proof_with_some_of_the_faults_does_not_outweigh_an_older_one_with_all():
    bad = proof_evidence(id="ev_1", age=days(5), escaped=("b",))
    part = proof_evidence(id="ev_2", age=days(1), faults=OTHER)

    assert held_against(bad, part).results[0].outcome is RuleOutcome.FAIL


@pytest.mark.parametrize("origin", list(Origin))
def test_what_somebody_declares_of_a_proof_is_none(origin):
    anybody = rule(evidence_check(type="proof:controls"), id="base/proven")
    said = declared("proof:controls", origin=origin)

    assert held_against(said, rules=(anybody,)).results[0].outcome is RuleOutcome.MISSING


def test_a_proof_is_no_declaration_of_something_else():
    runbook = rule(evidence_check(), id="base/runbook")
    misnamed = replace(proof_evidence(policy=digest_of(policy(runbook))), type="document:runbook")

    assert held_against(misnamed, rules=(runbook,)).results[0].outcome is RuleOutcome.MISSING


OUTCOMES = st.sampled_from(list(RuleOutcome))
NAMES = ("base/owner", "base/purpose", "base/agents")


def outcomes_of(decision, outcomes):
    """The decision with these outcomes by rule; None: the rule is not in force."""
    return replace(
        decision,
        results=tuple(replace(r, outcome=o) for r in decision.results if (o := outcomes.get(r.rule)) is not None),
    )


@given(
    before=st.fixed_dictionaries(dict.fromkeys(NAMES, OUTCOMES)),
    after=st.fixed_dictionaries({name: st.none() | OUTCOMES for name in NAMES}),
    named=st.sets(st.sampled_from(NAMES), min_size=1),
    silenced=st.sampled_from(NAMES),
)
def test_a_fault_escapes_when_any_rule_that_caught_it_is_switched_off_and_no_other_rule_matters(
    before, after, named, silenced
):
    whole = decided()
    clean, planted = outcomes_of(whole, before), outcomes_of(whole, after)
    off = outcomes_of(whole, {**after, silenced: RuleOutcome.PASS})

    with_all = judge_fault(fault(*sorted(named)), clean=clean, planted=planted)
    without = judge_fault(fault(*sorted(named)), clean=clean, planted=off)

    if with_all.outcome is FaultOutcome.CAUGHT:
        expected = FaultOutcome.ESCAPED if silenced in with_all.caught_by else FaultOutcome.CAUGHT
        assert without.outcome is expected
    if silenced not in named:
        assert (without.outcome, without.caught_by) == (with_all.outcome, with_all.caught_by)
