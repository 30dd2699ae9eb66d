import pytest

from roadworthy.core.severity import RiskTier
from roadworthy.policy.check import problems
from roadworthy.policy.model import EvidenceCheck, FactCheck, Layer, MeasureCheck, Tightening


class AnyExpression:
    """A language in which everything compiles but the word `syntax-error`."""

    def problem(self, expression):
        return "it is a syntax error" if "syntax-error" in expression else None

    def evaluate(self, expression, facts):
        raise NotImplementedError


def found(*packs, threats=None):
    return problems(packs, AnyExpression(), threats=threats)


def test_a_good_pack_has_no_problem(pack):
    assert found(pack(), threats={"T05"}) == ()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"title": " "}, "pack org: `title` is empty"),
        ({"owner": ""}, "pack org: `owner` is empty"),
        ({"version": "newest"}, "pack org: `version` must look like 1.0.0, got 'newest'"),
        (
            {"tighten": (Tightening(rule="org/leek", reason="r", threshold=0.1),)},
            "pack org: tightens 'org/leek', which none of these packs has",
        ),
    ],
)
def test_problems_of_a_pack(pack, changes, says):
    assert found(pack(**changes)) == (says,)


def test_a_tightening_is_looked_up_in_every_pack(pack):
    own = pack(
        "own",
        layer=Layer.SYSTEM,
        controls=(),
        tighten=(Tightening(rule="org/leak", reason="r", threshold=0.01),),
    )

    assert found(own, pack()) == ()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"why": ""}, "`why` is empty"),
        ({"title": ""}, "`title` is empty"),
        ({"objective": "Verify that it holds"}, "`objective` must be one sentence that ends with a full stop"),
        ({"links": ()}, "links to no framework; name at least one requirement that it serves"),
        ({"threats": ("T99",)}, "counters 'T99', which the threat catalogue does not have"),
    ],
)
def test_problems_of_a_control(pack, control, changes, says):
    assert found(pack(controls=(control(**changes),)), threats={"T05"}) == (f"org/privacy: {says}",)


def test_without_a_catalogue_only_the_shape_of_a_threat_is_checked(pack, control):
    controls = (control(threats=("T99", "injection")),)

    assert found(pack(controls=controls)) == (
        "org/privacy: counters 'injection', which the threat catalogue does not have",
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"id": "MEASURE 2.99"}, "nist-ai-rmf has no identifier 'MEASURE 2.99'"),
        ({"framework": "iso-42001", "id": "A.1.1"}, "iso-42001 has no identifier 'A.1.1'"),
        ({"rationale": ""}, "the link to nist-ai-rmf MEASURE 2.10 gives no rationale"),
    ],
)
def test_problems_of_a_link(pack, control, link, changes, says):
    assert found(pack(controls=(control(links=(link(**changes),)),))) == (f"org/privacy: {says}",)


def test_the_same_link_twice_is_a_problem(pack, control, link):
    controls = (control(links=(link(), link(strength=1))),)

    assert found(pack(controls=controls)) == ("org/privacy: links to nist-ai-rmf MEASURE 2.10 more than once",)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"message": ""}, "`message` is empty"),
        ({"remediation": " "}, "`remediation` is empty"),
        (
            {"tiers": (RiskTier.CRITICAL,)},
            "binds in tier critical, which its control org/privacy does not name",
        ),
        ({"who_may_waive": ("auditor",)}, "may be waived by auditor, which is no role that may"),
        ({"applies_when": "syntax-error"}, "`applies_when` does not compile: it is a syntax error"),
        (
            {"applies_when": "has(system.owner)"},
            "`applies_when` uses has(), which would switch the rule off when nothing is stated",
        ),
        ({"applies_when": "system.ower != ''"}, "`applies_when` names the fact `system.ower`, which does not exist"),
        (
            {"require": FactCheck(condition="syntax-error system.owner")},
            "`condition` does not compile: it is a syntax error",
        ),
        (
            {"require": FactCheck(condition="'system.owner' != ''")},
            "`condition` names no fact, so it says the same of every system",
        ),
        (
            {"require": FactCheck(condition="components.all(c, c.licens != '')")},
            "`condition` names the fact `components.licens`, which does not exist",
        ),
        (
            {"require": MeasureCheck(category="tooluse", comparator="<=", threshold=0.1)},
            "asks for category 'tooluse'; did you mean 'tool_use'?",
        ),
        (
            {"require": EvidenceCheck(type="the runbook")},
            "evidence type 'the runbook' must look like `document:runbook`",
        ),
    ],
)
def test_problems_of_a_rule(pack, control, rule, changes, says):
    assert found(pack(controls=(control(rules=(rule(**changes),)),))) == (f"org/leak: {says}",)


def test_a_category_of_the_teams_own_is_no_problem(pack, control, rule):
    own = MeasureCheck(category="dosage_advice", comparator="<=", threshold=0.01)

    assert found(pack(controls=(control(rules=(rule(require=own),)),))) == ()


def test_everything_is_reported_at_once(pack, control, rule):
    broken = control(why="", links=(), rules=(rule(message="", remediation=""),))

    assert len(found(pack(title="", controls=(broken,)))) == 5
