"""What an exception must satisfy."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fakes.consenting_people import EARLIER, PEOPLE, exception, governance
from fakes.gate_world import NOW, component, release, rule
from roadworthy.core.severity import RiskTier
from roadworthy.exceptions.model import ComponentScope, ReleaseScope, VersionScope
from roadworthy.exceptions.scope import in_scope, is_within, scope_text
from roadworthy.exceptions.terms import MAX_RULES, MAX_TEXT_CHARACTERS, broken_terms, unapprovable
from roadworthy.governance.model import ExceptionTerms

RULES = {one.id: one for one in (rule(), rule(id="base/other"), rule(id="base/nobody", who_may_waive=()))}


def broken(one, *, renewed=None, **terms):
    rules = governance(exceptions=ExceptionTerms(**({"compensated_tiers": ()} | terms)))
    return broken_terms(one, rules=RULES, governance=rules, renewed=renewed)


def test_an_exception_within_the_terms_is_not_complained_about():
    assert broken(exception()) == ()
    assert broken(exception(compensating=("base/other",)), compensated_tiers=(RiskTier.HIGH,)) == ()


@pytest.mark.parametrize(
    ("changes", "terms", "match"),
    [
        pytest.param({"rules": ("base/gone",)}, {}, "not in force", id="a rule that there is not"),
        pytest.param({"rules": ("base/nobody",)}, {}, "waived by nobody", id="a rule that nobody may waive"),
        pytest.param({"compensating": ("base/gone",)}, {}, "compensating rule", id="compensation that there is not"),
        pytest.param({}, {"compensated_tiers": (RiskTier.HIGH,)}, "asks for a compensating", id="no compensation"),
        pytest.param({}, {"max_days": {RiskTier.HIGH: 19}}, "20.0 days", id="a day too long"),
        pytest.param({}, {"max_days": {}}, "nothing can be excepted", id="a tier that is not named"),
        pytest.param({"tier": RiskTier.PROHIBITED}, {}, "prohibited", id="the prohibited tier"),
        pytest.param({"starts_at": EARLIER - timedelta(seconds=1)}, {}, "before it was asked", id="starts too early"),
        pytest.param({"justification": "x" * (MAX_TEXT_CHARACTERS + 1)}, {}, "at most", id="a very long text"),
        pytest.param({"rules": tuple(f"a/{i}" for i in range(MAX_RULES + 1))}, {}, "at most", id="very many rules"),
        pytest.param({"scope": VersionScope(system="desk", first="2", last="1")}, {}, "is empty", id="empty range"),
        pytest.param({"scope": VersionScope(system="desk", first="main", last="2")}, {}, "no order", id="a branch"),
        pytest.param({"scope": VersionScope(system="shop", first="1", last="2")}, {}, "'shop'", id="another system"),
    ],
)
def test_what_is_outside_the_terms_is_named(changes, terms, match):
    named = changes.pop("rules", ("base/injection",))
    problems = broken(exception(*named, **changes), **terms)

    assert any(match in problem for problem in problems), problems


def test_a_rule_is_not_compensated_by_itself():
    with pytest.raises(ValueError, match="with itself"):
        exception("base/injection", compensating=("base/injection",))


@pytest.mark.parametrize("justification", ["", "   \n"])
def test_an_exception_justifies_itself(justification):
    with pytest.raises(ValueError, match="justifies nothing"):
        exception(justification=justification)


def renewal(of, **changes):
    values = {"id": "exception_2", "renews": of.id, "renewal": of.renewal + 1, "review_note": "still needed"}
    later = {"requested_at": NOW, "starts_at": NOW, "expires_at": NOW + timedelta(days=5)}
    return replace(of, **(values | later | changes))


def test_a_renewal_is_counted_reviewed_and_no_wider():
    first = exception("base/injection", "base/other")
    second = renewal(first)

    assert broken(second, renewed=first) == ()
    assert "which is not there" in broken(second)[0]
    assert "it is 1" in broken(replace(second, renewal=2), renewed=first)[0]
    assert "as often as it may" in broken(second, renewed=first, max_renewals=0)[0]
    assert "reaches further" in broken(second, renewed=replace(first, rules=("base/other",)))[0]
    other = ReleaseScope(release=release(version="2").digest)
    assert "reaches further" in broken(replace(second, scope=other), renewed=first)[0]
    with pytest.raises(ValueError, match="what was looked at"):
        renewal(first, review_note=" ")


def test_a_renewal_cannot_lie_about_how_often_it_was_renewed():
    first = exception()
    last = replace(first, renews="exception_0", renewal=2, review_note="again")

    assert any("as often" in problem for problem in broken(renewal(last, renewal=1), renewed=last))


def test_nobody_is_asked_for_what_nobody_could_give():
    people = tuple(one for one in PEOPLE if one.id != "dora")
    few = governance(people=people)

    assert unapprovable(exception(), rules=RULES, governance=few) == ()
    assert "nobody is that" in unapprovable(exception(requested_by="ben"), rules=RULES, governance=few)[0]
    assert "nobody is that" in unapprovable(exception(authors=("ben",)), rules=RULES, governance=few)[0]


def test_without_a_rule_for_exceptions_nothing_is_excepted():
    nobody = governance(rules=())

    assert "says of nobody" in broken_terms(exception(), rules=RULES, governance=nobody)[0]


BUILT = release(component("agent", type="agent"), component("rail"), version="1.4")


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        pytest.param(ReleaseScope(release=BUILT.digest), True, id="this release"),
        pytest.param(ReleaseScope(release=release().digest), False, id="another release"),
        pytest.param(VersionScope(system="desk", first="1.2", last="1.4"), True, id="the last of a range"),
        pytest.param(VersionScope(system="desk", first="1.4.1", last="1.9"), False, id="before a range"),
        pytest.param(VersionScope(system="shop", first="1", last="2"), False, id="a range of another system"),
        pytest.param(ComponentScope(component="rail", digest=component("rail").digest), True, id="a component"),
        pytest.param(
            ComponentScope(component="rail", digest=component("rail", content="v2").digest), False, id="edited since"
        ),
        pytest.param(ComponentScope(component="gone", digest=component("rail").digest), False, id="another key"),
    ],
)
def test_a_scope_is_exactly_what_it_says(scope, covered):
    assert in_scope(exception(scope=scope), BUILT) is covered
    assert not in_scope(exception(scope=scope, system="shop"), BUILT)
    assert scope_text(scope)


def test_a_narrower_range_lies_within_a_wider_one_and_not_the_other_way():
    wide, narrow = VersionScope(system="desk", first="1", last="9"), VersionScope(system="desk", first="2", last="9")

    assert is_within(narrow, wide)
    assert not is_within(wide, narrow)
    assert not is_within(narrow, ReleaseScope(release=BUILT.digest))
