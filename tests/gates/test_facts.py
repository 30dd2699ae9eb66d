"""What conditions are asked of, beyond what the manifest says in so many words."""

from datetime import UTC, datetime

from fakes.gate_world import release
from roadworthy.gates.facts import gate_facts
from roadworthy.inventory.model import Manifest, System


def legal_facts(stated, *, implied):
    system = System(key="desk", name="Desk", version="1", purpose="answers", legal_facts=stated)
    facts = gate_facts(
        Manifest(schema="roadworthy/manifest/v1", system=system, components=()),
        release(),
        tier="high",
        legal_classes=(),
        expires_at=datetime(2027, 1, 1, tzinfo=UTC),
        documents={},
        previous=None,
        implied=implied,
    )
    return facts["system"]["legal_facts"]


def test_a_question_that_a_wider_no_answers_is_answered_no():
    assert legal_facts({"sensitive_area": False}, implied=["credit_scoring"]) == {
        "sensitive_area": False,
        "credit_scoring": False,
    }


def test_what_the_manifest_answers_itself_stands():
    assert legal_facts({"credit_scoring": True}, implied=["credit_scoring"]) == {"credit_scoring": True}


def test_what_nothing_answers_is_not_stated():
    assert legal_facts({"biometrics": False}, implied=[]) == {"biometrics": False}
