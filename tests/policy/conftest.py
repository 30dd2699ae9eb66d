import pytest

from roadworthy.core.severity import RiskTier
from roadworthy.policy.model import Area, Control, FactCheck, Layer, Link, MeasureCheck, Pack, Rule


def make_rule(rule_id="org/leak", **changes):
    values = {
        "id": rule_id,
        "require": MeasureCheck(category="personal_data", comparator="<=", threshold=0.05, min_samples=60),
        "message": "Data may leak.",
        "remediation": "Run `rw eval run personal_data`.",
    }
    return Rule(**(values | changes))


def make_link(**changes):
    values = {
        "framework": "nist-ai-rmf",
        "id": "MEASURE 2.10",
        "relation": "intersects",
        "rationale": "Measures one privacy risk.",
        "strength": 5,
        "status": "proposed",
    }
    return Link(**(values | changes))


def make_control(control_id="org/privacy", **changes):
    values = {
        "id": control_id,
        "title": "Personal data is not disclosed",
        "objective": "Verify that personal data is not disclosed.",
        "why": "A disclosure cannot be taken back.",
        "area": Area.EVALUATION,
        "type": "detective",
        "stage": "evaluate",
        "tiers": (RiskTier.LIMITED, RiskTier.HIGH),
        "rules": (make_rule(),),
        "links": (make_link(),),
        "threats": ("T05",),
    }
    return Control(**(values | changes))


def make_pack(name="org", **changes):
    values = {
        "name": name,
        "version": "1.0.0",
        "layer": Layer.ORGANISATION,
        "title": "Rules of the house",
        "owner": "Risk team",
        "licence": "Apache-2.0",
        "controls": (make_control(),),
    }
    return Pack(**(values | changes))


def make_fact_rule(rule_id="org/owner", condition="system.owner != ''", **changes):
    return make_rule(rule_id, require=FactCheck(condition=condition), **changes)


@pytest.fixture
def rule():
    return make_rule


@pytest.fixture
def fact_rule():
    return make_fact_rule


@pytest.fixture
def link():
    return make_link


@pytest.fixture
def control():
    return make_control


@pytest.fixture
def pack():
    return make_pack
