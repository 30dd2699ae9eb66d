"""Invariants of the values that every capability shares."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from roadworthy.core.evidence import Assurance, Bar, Declaration, Evidence, Origin, Producer, RunResult
from roadworthy.core.ids import is_id
from roadworthy.core.result import ClusterCount, Failure, Interval, Measurement, Outcome, Success, Unassessed
from roadworthy.core.severity import RiskTier, Severity, highest_tier
from roadworthy.core.subject import Subject

DIGEST = "sha256:" + "0" * 64
NOW = datetime(2026, 1, 1, tzinfo=UTC)
BOUNDS = Interval(low=0.1, high=0.9, confidence=0.95, method="wilson")


def measurement(*counts, attempted=None, **changes):
    clusters = tuple(ClusterCount(cluster=str(i), successes=s, trials=n) for i, (s, n) in enumerate(counts))
    trials = sum(n for _, n in counts)
    given = {
        "metric": "exact",
        "slice": "all",
        "numerator": sum(s for s, _ in counts),
        "denominator": trials,
        "attempted": trials if attempted is None else attempted,
        "clusters": clusters,
        "interval": BOUNDS if trials else None,
    }
    return Measurement(**(given | changes))


def evidence(**changes):
    given = {
        "id": "ev_1",
        "type": "document:runbook",
        "origin": Origin.HUMAN_DECLARED,
        "assurance": Assurance.SELF_ATTESTED,
        "subjects": (Subject(kind="component", name="a", digest=DIGEST),),
        "producer": Producer(name="p", version="1"),
        "observed_at": NOW,
        "recorded_at": NOW,
        "declaration": Declaration(statement="s", author="a"),
    }
    return Evidence(**(given | changes))


@pytest.mark.parametrize("digest", ["", "sha256:0", DIGEST.upper()])
def test_a_subject_with_a_malformed_digest_is_refused(digest):
    with pytest.raises(ValueError, match=r"is not a sha256 digest"):
        Subject(kind="component", name="a", digest=digest)


def test_a_subject_without_a_name_is_refused():
    with pytest.raises(ValueError, match=r"needs a name"):
        Subject(kind="component", name="", digest=DIGEST)


def test_values_cannot_be_changed():
    subject = Subject(kind="component", name="a", digest=DIGEST)

    with pytest.raises(dataclasses.FrozenInstanceError, match=r"name"):
        subject.name = "b"


def test_an_unassessed_outcome_says_why():
    with pytest.raises(ValueError, match=r"must say why"):
        Unassessed(reason="")


@pytest.mark.parametrize(
    "torn", [{}, {"reason": "x"}, {"kind": "pass"}, {"kind": "success", "ok": True}, None], ids=repr
)
def test_a_torn_outcome_never_reads_as_a_success(torn):
    with pytest.raises(ValidationError, match=r"validation error"):
        TypeAdapter(Outcome).validate_python(torn)


@pytest.mark.parametrize("outcome", [Success(), Failure(reason="r"), Unassessed(reason="timeout")])
def test_an_outcome_survives_being_written_and_read(outcome):
    adapter = TypeAdapter(Outcome)

    assert adapter.validate_json(adapter.dump_json(outcome)) == outcome


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"low": 0.6, "high": 0.5}, "wrong way round", id="reversed"),
        pytest.param({"low": float("nan")}, "wrong way round", id="not a number"),
        pytest.param({"confidence": 1.0}, "confidence", id="certainty"),
        pytest.param({"confidence": 0.0}, "confidence", id="no confidence"),
    ],
)
def test_an_interval_that_means_nothing_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(BOUNDS, **changes)


@pytest.mark.parametrize(("successes", "trials"), [(1, 0), (0, 0), (-1, 2), (3, 2)])
def test_a_cluster_that_is_no_count_is_refused(successes, trials):
    with pytest.raises(ValueError, match=r"is not a count"):
        ClusterCount(cluster="c", successes=successes, trials=trials)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"attempted": 1}, "not a count", id="fewer attempted than assessed"),
        pytest.param({"numerator": 5}, "not a count", id="more successes than samples"),
        pytest.param({"numerator": 0}, "successes do not add up", id="successes lost"),
        pytest.param({"denominator": 3, "attempted": 3}, "trials do not add up", id="trials lost"),
        pytest.param({"interval": None}, "an interval needs", id="samples without an interval"),
    ],
)
def test_a_measurement_that_does_not_add_up_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        measurement((1, 2), **changes)


def test_an_interval_on_nothing_is_refused():
    with pytest.raises(ValueError, match=r"an interval needs"):
        measurement(interval=BOUNDS)


def test_nothing_assessed_has_no_estimate_and_nothing_attempted_no_coverage():
    assert measurement().estimate is None
    assert measurement().coverage is None
    assert measurement(attempted=4).coverage == 0.0


counts = st.lists(st.integers(1, 9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=5)


@given(counts, st.integers(0, 5))
def test_estimate_and_coverage_are_shares(bag, lost):
    made = measurement(*bag, attempted=sum(n for _, n in bag) + lost)

    assert 0 <= made.estimate <= 1
    assert 0 < made.coverage <= 1
    assert (made.coverage == 1) == (lost == 0)


@given(st.lists(st.sampled_from(RiskTier), min_size=1))
def test_the_highest_tier_is_not_below_any(tiers):
    assert all(highest_tier(*tiers).rank >= tier.rank for tier in tiers)


@given(st.sampled_from(RiskTier), st.integers(0, 9))
def test_escalation_never_lowers_and_never_prohibits(tier, steps):
    raised = tier.escalated(steps)

    assert raised.rank >= tier.rank
    assert (raised is RiskTier.PROHIBITED) == (tier is RiskTier.PROHIBITED)


def test_no_tier_is_not_a_minimal_tier():
    with pytest.raises(ValueError, match=r"no tier"):
        highest_tier()


def test_scales_keep_their_order():
    assert [tier.value for tier in RiskTier] == ["minimal", "limited", "high", "critical", "prohibited"]
    assert [severity.value for severity in Severity] == ["info", "warn", "block"]
    assert [a.rank for a in Assurance] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "text",
    ["run_", "run_01ARZ3NDEKTSV4RRFFQ69G5FAI", "run_01arz3ndektsv4rrffq69g5fav", "RUN_01ARZ3NDEKTSV4RRFFQ69G5FAV"],
)
def test_a_malformed_id_is_told(text):
    assert not is_id(text, "run")


def test_an_id_of_another_noun_is_told():
    assert not is_id("ev_01ARZ3NDEKTSV4RRFFQ69G5FAV", "run")


@pytest.mark.parametrize("field", ["observed_at", "recorded_at"])
def test_evidence_with_a_naive_time_is_refused(field):
    with pytest.raises(ValueError, match=f"`{field}` must be timezone-aware"):
        evidence(**{field: NOW.replace(tzinfo=None)})


def test_evidence_about_nothing_is_refused():
    with pytest.raises(ValueError, match=r"ev_1"):
        evidence(subjects=())


def test_evidence_that_carries_nothing_is_refused():
    with pytest.raises(ValueError, match=r"ev_1"):
        evidence(declaration=None)


def test_evidence_that_carries_a_run_and_a_declaration_is_refused():
    run = RunResult(
        run="r", task="t", task_digest=DIGEST, target_digest=DIGEST, category="c", measurements=(),
        registered_policy=DIGEST,
        registered_at=NOW, bars=(), journal_digest=DIGEST, errors=0,
    )  # fmt: skip

    with pytest.raises(ValueError, match=r"ev_1"):
        evidence(result=run)


def test_times_are_kept_in_utc():
    local = NOW.astimezone(tz=datetime.fromisoformat("2026-01-01T00:00:00+05:00").tzinfo)

    assert evidence(observed_at=local).observed_at.utcoffset() == timedelta(0)


def test_a_bar_with_an_unknown_field_is_refused():
    with pytest.raises(ValidationError, match=r"(?i)unexpected"):
        TypeAdapter(Bar).validate_python({"rule": "r", "surprise": 1})
