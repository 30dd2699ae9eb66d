"""What the page on drafting shows is what the program does."""

import json
import re
from pathlib import Path

import pytest

from roadworthy.cli.main import run
from roadworthy.policy.drafting.drafting import MAX_DOCUMENT_BYTES, MAX_STATEMENTS

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "draft-a-pack.md"


@pytest.fixture
def page():
    return PAGE.read_text("utf-8")


def test_the_policy_that_is_shown_becomes_what_is_said(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("rules.md").write_text(re.search(r"```markdown\n(.*?)```", page, re.DOTALL).group(1))

    assert run(["policy", "draft", "rules.md", "--name", "acme", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["statements"]
    became = {row["statement"]["place"]["clause"]: row["disposition"] for row in rows}
    assert [became[f"1.{n}"]["kind"] for n in range(1, 6)] == [
        "proposed", "proposed", "covered", "not_translated", "not_a_requirement",
    ]  # fmt: skip
    assert became["1.2"]["control"]["rules"][0]["require"]["threshold"] == 0.95
    assert became["1.4"]["words"] == ["fair"]
    assert run(["policy", "draft", "rules.md", "--update", "packs/acme"]) == 0


def test_the_limits_that_are_stated_are_the_limits(page):
    assert f"up to {MAX_DOCUMENT_BYTES // 2**20} MiB and {MAX_STATEMENTS:,} statements" in page
