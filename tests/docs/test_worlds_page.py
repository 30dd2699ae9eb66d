"""The page of the worlds is of the worlds that there are."""

from pathlib import Path

import pytest

from roadworthy.redteam.worlds.known import known_worlds

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "worlds.md"


@pytest.mark.parametrize("world", known_worlds(), ids=lambda world: world.name)
def test_the_page_counts_the_tools_tasks_and_injections_that_there_are(world):
    counts = f"{len(world.tools)} tools, {len(world.tasks)} tasks, {len(world.injections)} injections."
    section = PAGE.read_text("utf-8").partition(f"## World `{world.name}`")[2].partition("\n## ")[0]

    assert counts in section
    assert [one.id for one in (*world.tasks, *world.injections) if f"| `{one.id}`" not in section] == []
