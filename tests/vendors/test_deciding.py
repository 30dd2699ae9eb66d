"""Decisions on vendors: by a person with the role, never by who assessed, never past what is not known."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from roadworthy.core.errors import ConfigError, ConflictError, EvidenceError, NotPermittedError
from roadworthy.runtime.vendors.checking import check_vendors
from roadworthy.runtime.vendors.deciding import VendorWish, all_views, assess_now, decide
from roadworthy.runtime.vendors.reading import read_desk
from roadworthy.runtime.vendors.stores import VendorStores, assessment_traces
from roadworthy.runtime.vendors.watching import watch
from roadworthy.vendors.standing import VendorState

VENDORS = """\
schema: roadworthy/vendors/v1
vendors:
  - key: acme
    name: Acme
    services: [the language model]
    providers: [acme]
    criticality: convenient
    contract: {training_use: never, retention_days: RETENTION}
"""
OWED = VendorWish(to=VendorState.CONDITIONAL, reason="known", conditions=("state more",))
YES = VendorWish(to=VendorState.APPROVED, reason="all there")


@pytest.fixture
def vendors(root):
    def write(retention: str = "0") -> None:
        (root / "vendors.yaml").write_text(VENDORS.replace("RETENTION", retention))

    write()
    return write


def refusals(workspace):
    return [s.record.because.value for s in workspace.refusals.all()]


def test_a_vendor_that_meets_everything_is_approved_by_somebody_else(vendors, acting):
    assess_now(acting("ada"), "acme")

    view = decide(acting("ben"), "acme", YES)

    assert view.standing.state is VendorState.APPROVED
    assert decide(
        acting("eve"), "acme", VendorWish(to=VendorState.ACTIVE, reason="live")
    ).standing.state.may_be_relied_on


@pytest.mark.parametrize(
    ("who", "because"),
    [("ada", "not_in_role"), ("robot", "not_human"), ("mallory", "unknown_person")],
)
def test_who_may_not_is_refused_logged_and_nothing_changes(vendors, acting, who, because):
    assess_now(acting("ada"), "acme")
    before = len(VendorStores(acting("ben")).steps.all())

    with pytest.raises(NotPermittedError):
        decide(acting(who), "acme", OWED)

    assert refusals(acting("ben")) == [because]
    assert len(VendorStores(acting("ben")).steps.all()) == before


def test_who_assessed_does_not_decide(vendors, acting):
    assess_now(acting("ben"), "acme")

    with pytest.raises(NotPermittedError, match="somebody else decides"):
        decide(acting("ben"), "acme", OWED)

    assert refusals(acting("ben")) == ["separation_of_duties"]


def test_what_is_not_known_is_not_approved(vendors, acting):
    vendors("null")
    assess_now(acting("ada"), "acme")

    with pytest.raises(EvidenceError, match="`retention_days` is not stated"):
        decide(acting("ben"), "acme", YES)

    assert decide(acting("ben"), "acme", OWED).standing.conditions == ("state more",)


def test_a_decision_needs_an_assessment_of_the_entry_as_it_is(vendors, acting):
    with pytest.raises(ConfigError, match="prospective, and approved cannot follow"):
        decide(acting("ben"), "acme", YES)
    assess_now(acting("ada"), "acme")
    vendors("5")

    with pytest.raises(EvidenceError, match="stated otherwise than when it was assessed"):
        decide(acting("ben"), "acme", YES)


def test_an_edit_after_the_decision_ends_it(vendors, acting):
    assess_now(acting("ada"), "acme")
    decide(acting("ben"), "acme", YES)

    vendors("5")

    (view,) = all_views(acting("ben"), read_desk(acting("ben")))
    assert view.standing.state is VendorState.UNDER_REVIEW


@pytest.fixture
def certified(vendors, root):
    """A certificate that holds until the third day from now."""
    path = root / "vendors.yaml"
    path.write_text(
        path.read_text() + "    certifications: [{name: ISO/IEC 27001, scope: hosting, valid_until: 2026-11-23}]\n"
    )


def standing(acting):
    (view,) = all_views(acting("ben"), read_desk(acting("ben")))
    return view.standing


def test_an_approval_ends_with_the_certificate_it_rests_on_though_nobody_looked_again(certified, acting, clock):
    assess_now(acting("ada"), "acme")
    decide(acting("ben"), "acme", YES)
    clock.at += timedelta(days=2)
    before = standing(acting).state
    clock.at += timedelta(days=1)

    assert (before, standing(acting).state) == (VendorState.APPROVED, VendorState.UNDER_REVIEW)
    assert "the certificate ISO/IEC 27001 ran out" in standing(acting).reason


def test_a_decision_does_not_rest_on_an_assessment_of_better_days(certified, acting, clock):
    assess_now(acting("ada"), "acme")
    clock.at += timedelta(days=3)

    with pytest.raises(EvidenceError, match="is not as it was when it was assessed: the certificate"):
        decide(acting("ben"), "acme", YES)


def test_what_was_known_when_it_was_decided_does_not_end_the_decision(certified, acting, clock):
    clock.at += timedelta(days=3)
    assess_now(acting("ada"), "acme")
    decide(acting("ben"), "acme", OWED)

    assert [change.kind.value for change in watch(acting("ben")).changes] == ["certification_expired"]
    assert standing(acting).state is VendorState.CONDITIONAL


def test_a_new_demand_that_is_not_met_ends_an_approval(vendors, root, acting):
    assess_now(acting("ada"), "acme")
    decide(acting("ben"), "acme", YES)
    path = root / "vendors.yaml"
    own = "demands: [{id: audits, term: audit_rights, requires: 'true', rationale: our board asks for it}]\n"
    path.write_text(path.read_text() + own)

    assert standing(acting).state is VendorState.UNDER_REVIEW
    assert "audits: `audit_rights` is not stated" in standing(acting).reason


def test_two_people_who_decide_at_once_get_one_decision_and_one_conflict(vendors, acting):
    assess_now(acting("ada"), "acme")
    start, came = threading.Barrier(2), []

    def run(who: str) -> None:
        workspace = acting(who)
        _ = workspace.ledger
        start.wait()
        try:
            decide(workspace, "acme", OWED)
            came.append("decided")
        except (ConflictError, ConfigError) as error:
            came.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(who,)) for who in ("ben", "eve")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    decisions = [s for s in VendorStores(acting("ben")).steps.all() if s.record.to is VendorState.CONDITIONAL]
    assert came.count("decided") == len(decisions) == 1


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (VendorWish(to=VendorState.APPROVED, reason=" "), "needs a reason"),
        (VendorWish(to=VendorState.APPROVED, reason="x", conditions=("y",)), "conditions go with"),
        (VendorWish(to=VendorState.CONDITIONAL, reason="x"), "conditions go with"),
        (VendorWish(to=VendorState.APPROVED, reason="x", valid_days=9999), "holds 1 to 365 days"),
        (VendorWish(to=VendorState.ACTIVE, reason="x"), "active cannot follow"),
    ],
)
def test_a_wish_that_is_not_sound_is_refused(vendors, acting, wish, said):
    assess_now(acting("ada"), "acme")

    with pytest.raises(ConfigError, match=said):
        decide(acting("ben"), "acme", wish)


def test_a_hosted_model_without_a_vendor_cannot_be_told(vendors, root, acting):
    path = root / "vendors.yaml"
    path.write_text(path.read_text().replace("providers: [acme]", "components: [gone]"))

    checked = check_vendors(acting("ada"))

    assert checked.unassigned == ("model",)
    assert checked.strangers == (("acme", ("gone",)),)
    assert checked.exit_code == 3


def test_the_graph_says_which_component_comes_from_whom(vendors, acting):
    stored = assess_now(acting("ada"), "acme")

    edges = assessment_traces(stored.record, stored.digest).edges

    assert ("model", "supplied_by", "acme") in {(e.source.label, e.kind.value, e.target.key) for e in edges}
