"""The reference pages say what the guard does: the example policy compiles, every condition in them is one."""

import re
from pathlib import Path

import pytest

from fakes.guard_world import LANGUAGE, NOW, event, segment
from roadworthy.adapters.guard.bundles import load_bundle
from roadworthy.core.severity import RiskTier
from roadworthy.guard.event import ConversationState
from roadworthy.guard.policy.facts import OF_CALLS, VARIABLES, event_facts, segment_facts
from roadworthy.guard.segment import Channel, Provenance, Role, SourceKind, Stage

DOCS = Path(__file__).parents[3] / "docs" / "reference"
POLICY, FACTS = ((DOCS / name).read_text(encoding="utf-8") for name in ("guard-policy.md", "guard-facts.md"))


def test_the_example_policy_and_overlay_compile(tmp_path):
    blocks = re.findall(r"```yaml\n(.*?)```", POLICY, re.DOTALL)
    policy, overlay = (tmp_path / f"{number}.yaml" for number in range(2))
    policy.write_text(blocks[0])
    overlay.write_text(blocks[1])

    assert load_bundle(policy, tier=RiskTier.HIGH, overlays=[overlay]).digest.startswith("sha256:")


@pytest.mark.parametrize("condition", re.search(r"```text\n(.*?)```", FACTS, re.DOTALL)[1].splitlines())
def test_every_condition_shown_is_one(condition):
    assert LANGUAGE.problem(condition) is None


@pytest.mark.parametrize("condition", re.search(r"```cel\n(.*?)```", FACTS, re.DOTALL)[1].splitlines())
def test_every_condition_of_a_call_or_a_result_is_one(condition):
    assert LANGUAGE.problem(condition) is None


@pytest.mark.parametrize("words", [Stage, Role, Channel, SourceKind], ids=lambda kind: kind.__name__)
def test_every_word_of_a_segment_is_listed(words):
    assert [word for word in words if f"`{word.value}`" not in FACTS] == []


def test_every_fact_is_listed():
    provenance = Provenance(
        document="d",
        chunk="c",
        uri="u",
        tenant="t",
        readers=("a",),
        purposes=("b",),
        digest="x",
        updated_at=NOW,
        expires_at=NOW,
    )
    chunk = segment("x", provenance=provenance, tool="t", tenant="t", principal="p")
    facts = {**event_facts(event(chunk, model="m"), state=ConversationState(conversation="c"))}
    names = [f"{top}.{name}" for top in facts for name in facts[top]]
    names += [f"segment.{name}" for name in segment_facts(chunk) if name not in ("source", "provenance")]

    assert set(facts) | {"segment", "detections"} | OF_CALLS == set(VARIABLES)
    assert [name for name in names if f"`{name}`" not in FACTS and f"`{name}." not in FACTS] == []
    below = segment_facts(chunk)["provenance"]
    assert [name for name in below if f".{name}`" not in FACTS] == []
