"""The commands of the pages on changing, signing and sharing packs work as they stand there."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from fakes.past_decisions import world_with_decisions
from fakes.small_pack import write_pack
from roadworthy.adapters.packs import PackFolders
from roadworthy.cli.main import run

DOCS = Path(__file__).parents[2] / "docs" / "how-to"


def commands(page: str) -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def fenced_yaml(page: str) -> str:
    (block,) = re.findall(r"```yaml\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)
    return block


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A system with past decisions, two packs of its own and a key to hand on."""
    root = tmp_path / "desk"
    workspace = world_with_decisions(root, number=3)
    shutil.copy(root / ".roadworthy" / "keys" / "signing-key.pub.pem", root / "acme.pub.pem")
    workspace.ledger.close()
    monkeypatch.chdir(root)
    write_pack(root / "policy" / "acme", status="proposed")
    following = root / "policy" / "acme-next"
    following.mkdir()
    (following / "SOURCES.md").write_text("# Sources\n\nOur own.\n")
    (following / "pack.yaml").write_text(fenced_yaml("change-a-policy.md"))
    return root


def test_the_pack_of_the_page_loads_and_takes_effect_on_its_day(desk):
    pack = PackFolders(desk).load("policy/acme-next")

    assert (pack.effective_on.isoformat(), pack.tighten[0].threshold) == ("2031-01-01", 0.02)


@pytest.mark.slow
def test_a_policy_is_changed_as_the_page_says(desk):
    write_pack(desk / "policy" / "acme")
    (desk / "model.safetensors").write_bytes(b"weights")
    assert run(["assess"]) == 0

    codes = {line: run(shlex.split(line)[1:]) for line in commands("change-a-policy.md")}

    assert set(codes.values()) <= {0, 1, 3}, codes
    assert len(codes) == 5


@pytest.mark.slow
def test_a_pack_is_signed_and_shared_as_the_page_says(desk):
    codes = {line: run(shlex.split(line)[1:]) for line in commands("sign-and-share-packs.md") if "--with" not in line}

    assert set(codes.values()) == {0}, codes
    assert len(codes) == 8
