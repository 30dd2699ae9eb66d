"""What the page on the vault shows runs as it stands."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "personal-data-vault.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_code_of_the_page_runs():
    blocks = BLOCK.findall(PAGE.read_text())
    shown: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "personal-data-vault.md", "exec"), shown)  # noqa: S102 - it is our own page

    assert len(blocks) == 5
    assert shown["stream"].restored == 1
