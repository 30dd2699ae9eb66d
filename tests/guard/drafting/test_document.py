"""A draft as text: a policy that reads, compiles and is clean, with a reason for each line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from roadworthy.adapters.guard.documents import read_policy
from roadworthy.core.severity import RiskTier
from roadworthy.guard.drafting.definition import read_definitions
from roadworthy.guard.drafting.document import policy_text
from roadworthy.guard.drafting.draft import draft_policy
from roadworthy.redteam.worlds.known import known_worlds
from roadworthy.runtime.guard.linting import lint_policy
from roadworthy.runtime.guard.policies import ready

ODD: list[dict[str, Any]] = [
    {
        "name": "on",
        "description": "Sends.\n# not: a comment\u2028key: value",
        "parameters": {"properties": {"no": {}, "a: b": {}}},
    },
    {
        "name": "pay",
        "parameters": {"properties": {"to": {"enum": ["yes", "null", "1", 'q"uote']}, "x": {"type": ["string"]}}},
    },
    {"name": "read", "parameters": {"type": "object", "additionalProperties": True}},
]
OWN = [pytest.param([dict(one) for one in world.definitions], id=world.name) for world in known_worlds()]
SETS = [*OWN, pytest.param(ODD, id="odd")]


@pytest.mark.parametrize("definitions", SETS)
def test_the_text_reads_as_the_draft_and_is_clean(definitions: list[Any], tmp_path: Path) -> None:
    draft = draft_policy(read_definitions(definitions))
    path = tmp_path / "guard.yaml"
    path.write_text(policy_text(draft, name="desk", domains=("desk.example",)), encoding="utf-8")

    assert read_policy(path).value.tools == draft.policy
    assert lint_policy(ready(path, tier=RiskTier.HIGH)) == ()


def test_each_grant_says_why() -> None:
    text = policy_text(
        draft_policy(read_definitions([{"name": "delete_file", "parameters": {"properties": {"id": {}}}}]))
    )

    assert "told by 'delete' in its name" in text
    assert "does not come back" in text
    assert "# id: identifier: it decides" in text
