"""Vendors: what is not stated never meets a demand, and an approval ends by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core.evidence import Assurance, Declaration, Evidence, Origin, Producer
from roadworthy.core.severity import RiskTier
from roadworthy.core.subject import Subject
from roadworthy.vendors.assessment import (
    DemandOutcome,
    Reliance,
    assess_vendor,
    concentrations,
    entry_digest,
)
from roadworthy.vendors.changes import ChangeKind, Observation, VendorChange, due, moved
from roadworthy.vendors.demands import DEFAULT_DEMANDS, demands_in_force
from roadworthy.vendors.model import (
    Certification,
    Contract,
    Criticality,
    Demand,
    Deprecation,
    Requirement,
    TermsWatch,
    TrainingUse,
    Vendor,
    VendorFile,
)
from roadworthy.vendors.standing import TRANSITIONS, VendorRecord, VendorState, VendorStep, standing_of
from roadworthy.vendors.voiding import REVIEW, voiding_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LLM = Reliance(component="llm", type="hosted_model", model="acme-1", pin="alias", pinned=False, agents=("chat",))
BARE = Vendor(key="acme", name="Acme", services=("model",), providers=("acme",))
FULL = replace(
    BARE,
    criticality=Criticality.ESSENTIAL,
    contract=Contract(
        training_use=TrainingUse.NEVER,
        retention_days=0,
        region=("EU",),
        sub_processors=(),
        ip_indemnity=True,
        sla="99.9 %",
        audit_rights=True,
        change_notice_days=60,
        incident_notice_hours=24,
        data_processing_agreement=True,
    ),
    certifications=(Certification(name="ISO/IEC 27001", scope="all", valid_until=date(2027, 1, 1)),),
    exit_plan="switch to the other provider within a day",
)


def assess(vendor=FULL, *, tier=RiskTier.HIGH, data_classes=("personal",), demands=DEFAULT_DEMANDS, relies_on=(LLM,)):
    return assess_vendor(
        vendor,
        id="assessment_1",
        system="desk",
        relies_on=relies_on,
        demands=demands,
        tier=tier,
        data_classes=data_classes,
        by="ada",
        now=NOW,
    )


def outcome_of(demand, vendor, **changes):
    return {r.demand: r.outcome for r in assess(vendor, **changes).results}.get(demand)


def test_a_vendor_of_whom_all_is_stated_and_good_meets_everything():
    assert assess().outcome is DemandOutcome.MET


def test_what_is_not_stated_is_never_met():
    results = assess(BARE).results

    assert results
    assert {r.outcome for r in results} == {DemandOutcome.UNKNOWN}


def test_personal_data_with_unknown_training_use_cannot_be_told():
    silent = replace(FULL, contract=replace(FULL.contract, training_use=None))

    assert outcome_of("no-training", silent) is DemandOutcome.UNKNOWN
    assert assess(silent).outcome is DemandOutcome.UNKNOWN


@pytest.mark.parametrize(
    ("demand", "contract", "outcome"),
    [
        ("no-training", {"training_use": TrainingUse.OPT_OUT}, DemandOutcome.BREACHED),
        ("no-training", {"training_use": TrainingUse.OPTED_OUT}, DemandOutcome.MET),
        ("retention-of-personal-data", {"retention_days": 30}, DemandOutcome.MET),
        ("retention-of-personal-data", {"retention_days": 31}, DemandOutcome.BREACHED),
        ("change-notice", {"change_notice_days": 0}, DemandOutcome.BREACHED),
        ("audit-rights", {"audit_rights": False}, DemandOutcome.BREACHED),
        ("region-stated", {"region": ()}, DemandOutcome.UNKNOWN),
        ("sub-processors-stated", {"sub_processors": ()}, DemandOutcome.MET),
        ("availability-stated", {"sla": " "}, DemandOutcome.UNKNOWN),
    ],
)
def test_a_term_is_held_against_its_demand(demand, contract, outcome):
    assert outcome_of(demand, replace(FULL, contract=replace(FULL.contract, **contract))) is outcome


def test_data_that_nobody_stated_are_taken_for_personal():
    assert outcome_of("processing-agreement", BARE, data_classes=None) is DemandOutcome.UNKNOWN
    assert outcome_of("processing-agreement", BARE, data_classes=("public",)) is None


def test_a_vendor_of_unstated_weight_is_asked_as_an_essential_one():
    assert outcome_of("availability-stated", replace(FULL, criticality=None)) is not None
    assert outcome_of("availability-stated", replace(FULL, criticality=Criticality.CONVENIENT)) is None


@given(
    st.sets(st.sampled_from([f for f in Contract.__dataclass_fields__ if not f.startswith("_")])),
    st.sampled_from([t for t in RiskTier]),  # noqa: C416 - the strategy wants a list
)
def test_leaving_terms_out_never_makes_a_vendor_look_better(left_out, tier):
    order = tuple(DemandOutcome)
    silent = replace(FULL, contract=replace(FULL.contract, **dict.fromkeys(left_out)))

    assert order.index(assess(silent, tier=tier).outcome) <= order.index(assess(FULL, tier=tier).outcome)


def test_a_certificate_that_lapsed_and_a_withdrawn_model_are_breaches():
    lapsed = replace(FULL, certifications=(replace(FULL.certifications[0], valid_until=date(2026, 11, 20)),))
    gone = replace(FULL, deprecations=(Deprecation(model="acme-1", on=date(2026, 11, 21), source="mail"),))

    assert assess(lapsed).outcome is DemandOutcome.BREACHED
    assert assess(gone).withdrawn == ("acme-1",)
    assert assess(gone).outcome is DemandOutcome.BREACHED
    assert assess(gone, relies_on=(replace(LLM, model="other"),)).outcome is DemandOutcome.MET


def test_ones_own_demand_stands_in_the_place_of_the_shipped_one():
    own = replace(next(d for d in DEFAULT_DEMANDS if d.id == "retention-of-personal-data"), limit=90)

    assert len(demands_in_force((own,))) == len(DEFAULT_DEMANDS)
    longer = replace(FULL, contract=replace(FULL.contract, retention_days=60))
    assert outcome_of(own.id, longer, demands=demands_in_force((own,))) is DemandOutcome.MET


def test_how_much_hangs_on_a_vendor_is_counted_and_not_scored():
    tool = replace(LLM, component="files", type="mcp_server", agents=("chat", "back"))
    spare = replace(LLM, component="spare", agents=("chat", "back"))
    found = concentrations({"acme": [LLM, tool], "other": [spare], "": []})

    assert [(c.vendor, c.components, c.of_components, c.agents) for c in found] == [
        ("acme", 2, 3, ()),
        ("other", 1, 3, ("back",)),
    ]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: replace(BARE, key="Acme Inc"), "vendor key"),
        (lambda: replace(BARE, providers=()), "stands for nothing"),
        (lambda: replace(FULL.contract, retention_days=-1), "retention_days"),
        (lambda: TermsWatch(name="x"), "either a `path` or a `url`"),
        (lambda: TermsWatch(name="x", path="a", url="https://a.example"), "either a `path` or a `url`"),
        (lambda: VendorFile(schema="roadworthy/vendors/v1", vendors=(BARE, BARE)), "more than once"),
        (
            lambda: Demand(id="x", term="sla", requires=Requirement.AT_MOST, limit=3, rationale=""),
            "sla is no number",
        ),
        (lambda: Demand(id="x", term="sla", requires=Requirement.STATED, limit=3, rationale=""), "`limit` goes with"),
        (lambda: Demand(id="x", term="sla", requires=Requirement.TRUE, rationale=""), "neither true nor false"),
    ],
)
def test_what_is_not_sound_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


RECORD = VendorRecord(id="vendor_1", system="desk", vendor="acme", by="ada", at=NOW - 100 * DAY)


def step(number=1, to=VendorState.APPROVED, *, at=NOW - 10 * DAY, until=NOW + DAY, **changes) -> VendorStep:
    decided = to in (VendorState.APPROVED, VendorState.CONDITIONAL, VendorState.REJECTED)
    values = {
        "of": "vendor_1",
        "number": number,
        "to": to,
        "by": "cleo",
        "at": at,
        "reason": "looked at it",
        "entry": entry_digest(FULL),
        "assessment": "assessment_1" if decided else None,
        "valid_until": until if decided else None,
        "conditions": ("state the region",) if to is VendorState.CONDITIONAL else (),
    }
    return VendorStep(**{**values, **changes})


def change(at=NOW - DAY, kind=ChangeKind.ALIAS_MOVED, subject="llm") -> VendorChange:
    return VendorChange(
        id="change-1", vendor="acme", kind=kind, subject=subject, before="a", now="b", since=at - DAY, noticed_at=at
    )


def stands(*steps, changes=(), entry=None, now=NOW, record=RECORD):
    return standing_of("acme", record=record, steps=steps, changes=changes, entry=entry or entry_digest(FULL), now=now)


@pytest.mark.parametrize(
    ("steps", "more", "state"),
    [
        pytest.param((), {}, VendorState.PROSPECTIVE, id="nothing decided"),
        pytest.param((step(),), {}, VendorState.APPROVED, id="approved"),
        pytest.param((step(), step(2, VendorState.ACTIVE)), {}, VendorState.ACTIVE, id="in use"),
        pytest.param((step(),), {"now": NOW + DAY}, VendorState.UNDER_REVIEW, id="ran out on its minute"),
        pytest.param((step(),), {"changes": (change(),)}, VendorState.UNDER_REVIEW, id="something changed since"),
        pytest.param(
            (step(),), {"changes": (change(at=NOW - 20 * DAY),)}, VendorState.APPROVED, id="something changed before"
        ),
        pytest.param((step(),), {"entry": "sha256:" + "0" * 64}, VendorState.UNDER_REVIEW, id="stated otherwise now"),
        pytest.param(
            (step(), step(2, VendorState.OFFBOARDING)),
            {"changes": (change(),)},
            VendorState.OFFBOARDING,
            id="a change does not bring back what is being left",
        ),
        pytest.param((step(to=VendorState.REJECTED),), {"now": NOW + DAY}, VendorState.REJECTED, id="rejected stays"),
    ],
)
def test_a_vendor_stands_by_what_was_decided_and_what_changed_since(steps, more, state):
    assert stands(*steps, **more).state is state


@given(st.integers(0, 400), st.booleans(), st.booleans())
def test_nothing_may_be_relied_on_after_its_day_or_a_change(days, changed, other_entry):
    now = NOW + days * DAY
    found = stands(
        step(),
        step(2, VendorState.ACTIVE),
        changes=(change(),) if changed else (),
        entry="sha256:" + "1" * 64 if other_entry else None,
        now=now,
    )

    assert found.state.may_be_relied_on == (now < NOW + DAY and not changed and not other_entry)


def test_every_state_has_its_transitions_and_none_leads_around_an_assessment():
    assert set(TRANSITIONS) == set(VendorState)
    assert VendorState.APPROVED not in TRANSITIONS[VendorState.PROSPECTIVE]
    assert VendorState.ACTIVE not in TRANSITIONS[VendorState.REJECTED]
    assert VendorState.ACTIVE not in TRANSITIONS[VendorState.UNDER_REVIEW]


def test_a_decision_without_an_assessment_or_an_end_is_refused():
    with pytest.raises(ValueError, match="rests on an assessment and ends on a day"):
        step(assessment=None)
    with pytest.raises(ValueError, match="rests on an assessment and ends on a day"):
        step(valid_until=None)


def seen(value, at=NOW, **changes) -> Observation:
    values = {
        "id": f"observation_{value}_{at:%d}",
        "vendor": "acme",
        "kind": "alias",
        "subject": "llm",
        "asked": "acme-latest",
        "value": value,
        "observed_at": at,
    }
    return Observation(**{**values, **changes})


def test_the_first_look_shows_nothing_and_a_same_one_neither():
    assert moved((), seen("a")) is None
    assert moved((seen("a", NOW - DAY),), seen("a")) is None


def test_a_moved_alias_is_told_with_when_it_was_last_as_before():
    found = moved((seen("a", NOW - 2 * DAY), seen("a", NOW - DAY)), seen("b"))

    assert (found.kind, found.before, found.now, found.since) == (ChangeKind.ALIAS_MOVED, "a", "b", NOW - DAY)


def test_another_name_that_is_asked_for_is_another_thing():
    assert moved((seen("a", NOW - DAY),), seen("b", asked="acme-2")) is None


def test_terms_at_another_address_are_held_against_the_ones_before():
    old = replace(seen("sha256:" + "a" * 64, NOW - DAY, asked="terms/v1.txt"), kind="terms")
    other, same = (replace(old, observed_at=NOW, asked="terms/v2.txt", value=value) for value in ("b", old.value))

    assert moved((old,), other).kind is ChangeKind.TERMS_CHANGED
    assert moved((old,), same) is None


def test_the_same_change_has_one_id_whoever_notices_it():
    past = (seen("a", NOW - DAY),)

    assert moved(past, seen("b")).id == moved(past, seen("b", NOW + DAY)).id


def test_dates_bring_changes_on_their_day_and_not_before():
    dated = replace(
        FULL,
        certifications=(replace(FULL.certifications[0], valid_until=date(2026, 11, 21)),),
        deprecations=(Deprecation(model="acme-1", on=date(2026, 11, 22), source="mail"),),
    )

    assert due(dated, relies_on=(LLM,), now=NOW) == ()
    assert {c.kind for c in due(dated, relies_on=(LLM,), now=NOW + DAY)} == {
        ChangeKind.CERTIFICATION_EXPIRED,
        ChangeKind.MODEL_WITHDRAWN,
    }
    assert {c.id for c in due(dated, relies_on=(LLM,), now=NOW + DAY)} == {
        c.id for c in due(dated, relies_on=(LLM,), now=NOW + 9 * DAY)
    }


DIGEST, OTHER = "sha256:" + "a" * 64, "sha256:" + "b" * 64


def review(id, *names, at=NOW - 2 * DAY, type=REVIEW) -> Evidence:
    return Evidence(
        id=id,
        type=type,
        origin=Origin.HUMAN_DECLARED,
        assurance=Assurance.SELF_ATTESTED,
        subjects=tuple(Subject(kind="component", name=name, digest=DIGEST) for name in names),
        producer=Producer(name="x", version="1"),
        observed_at=at,
        recorded_at=at,
        declaration=Declaration(statement="looked", author="ada"),
    )


COMPONENTS = (("llm", DIGEST), ("llm", OTHER), ("kb", OTHER))


def test_a_moved_alias_voids_all_evidence_on_every_version_of_the_component_until_it_was_noticed():
    found = voiding_of(change(), components=COMPONENTS, mine={"llm"}, evidence=())

    assert {(v.subject, v.observed_until) for v in found} == {(DIGEST, NOW - DAY), (OTHER, NOW - DAY)}


def test_changed_terms_void_the_reviews_of_that_vendor_and_no_others():
    evidence = (
        review("mine", "llm"),
        review("general", "system"),
        review("others", "kb"),
        review("later", "llm", at=NOW),
        review("else", "llm", type="document:runbook"),
    )

    terms = change(kind=ChangeKind.TERMS_CHANGED, subject="terms")
    (found,) = voiding_of(terms, components=COMPONENTS, mine={"llm"}, evidence=evidence)

    assert found.evidence == ("general", "mine")
    assert voiding_of(terms, components=COMPONENTS, mine={"llm"}, evidence=()) == ()
