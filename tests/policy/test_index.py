import pytest

from roadworthy.core.errors import NotFoundError
from roadworthy.policy.index import controls, lookup
from roadworthy.policy.model import Area


@pytest.fixture
def packs(pack, control, rule, link):
    guard = control(
        "org/tools",
        area=Area.GUARD,
        threats=("T08",),
        links=(link(framework="owasp-asi", id="ASI02:2026", status="withdrawn"),),
        rules=(rule("org/tool-limits"), rule("org/tool-scopes")),
    )
    other = control("own/privacy", rules=(rule("own/only-here"),))
    return [pack(controls=(guard, control())), pack("own", controls=(other,))]


@pytest.mark.parametrize(
    ("query", "want"),
    [
        ({}, ["org/privacy", "org/tools", "own/privacy"]),
        ({"area": Area.GUARD}, ["org/tools"]),
        ({"threat": "T05"}, ["org/privacy", "own/privacy"]),
        ({"framework": "nist-ai-rmf"}, ["org/privacy", "own/privacy"]),
        ({"framework": "owasp-asi"}, []),
        ({"requirement": "MEASURE 2.10"}, ["org/privacy", "own/privacy"]),
        ({"framework": "eu-ai-act", "requirement": "MEASURE 2.10"}, []),
        ({"area": Area.GUARD, "threat": "T05"}, []),
    ],
)
def test_controls_meet_every_condition(packs, query, want):
    assert [control.id for control in controls(packs, **query)] == want


def test_a_control_is_found_by_its_id(packs):
    found = lookup(packs, "org/tools")

    assert (found.pack.name, found.control.id, found.rule) == ("org", "org/tools", None)


@pytest.mark.parametrize("reference", ["org/tool-limits", "tool-limits"])
def test_a_rule_is_found_by_its_id_with_its_control(packs, reference):
    found = lookup(packs, reference)

    assert (found.control.id, found.rule.id) == ("org/tools", "org/tool-limits")


def test_a_short_name_that_two_packs_have_is_refused(packs):
    with pytest.raises(NotFoundError, match="names more than one: org/privacy, own/privacy"):
        lookup(packs, "privacy")


@pytest.mark.parametrize(
    ("reference", "fix"),
    [
        ("org/tool-limit", "did you mean org/tool-limits"),
        ("tool-scope", "did you mean org/tool-scopes"),
        ("zzz", "run `rw controls` for every id"),
    ],
)
def test_an_unknown_name_suggests_near_ones(packs, reference, fix):
    with pytest.raises(NotFoundError, match="no control or rule is named") as caught:
        lookup(packs, reference)

    assert caught.value.fix.startswith(fix)


def test_a_control_that_shares_its_id_with_its_rule_is_the_control(pack, control, rule):
    found = lookup([pack(controls=(control("org/leak", rules=(rule("org/leak"),)),))], "org/leak")

    assert found.rule is None
