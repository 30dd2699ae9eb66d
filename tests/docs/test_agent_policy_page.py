"""docs/how-to/try-an-agent-policy.md: its world and its policy are read and do what the page says."""

import re
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "try-an-agent-policy.md").read_text("utf-8")


def test_the_world_of_the_page_is_held_by_the_policy_of_the_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (policy,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    Path("guard.yaml").write_text(policy, "utf-8")
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(block, "try-an-agent-policy.md", "exec"), names)  # noqa: S102 - our own page
    tried = names["tried"]
    assert (tried.exit_code, tried.faults, tried.overall[0].attacked.count) == (0, (), 0)
    assert tried.overall[0].benign.count == 1
