"""A decided release with every kind of component, and one of a real system."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fakes.packed_system import decided_system
from roadworthy.cli.main import run
from roadworthy.evidence.exchange.source import DecidedRelease
from roadworthy.runtime.exchange.gather import decided_release
from roadworthy.runtime.workspace import Workspace

EXAMPLE = Path(__file__).parents[3] / "examples" / "support-desk"

EXTRA = """\
  - {type: hosted_model, key: router, provider: Example Models, model: router-small, pin: alias, region: EU,
     licence: "see the contract"}
  - {type: mcp_server, key: wiki-server, uri: "https://wiki.example/mcp", version: "1.2"}
  - {type: mcp_server, key: local-server, uri: "stdio: run me", tool_list_digest: "sha256:DIGEST"}
  - {type: guard_policy, key: guard, path: docs/privacy-notice.md, licence: MIT OR Apache-2.0}
  - {type: library, key: toolkit, digest: "sha256:DIGEST", source: "pkg:pypi/toolkit@1.0", licence: LicenseRef-Own}
"""


@pytest.fixture(scope="session")
def blocked(tmp_path_factory: pytest.TempPathFactory) -> DecidedRelease:
    """The example with further kinds of components: nothing was run, so most of it is missing."""
    folder = tmp_path_factory.mktemp("exchange") / "desk"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".roadworthy", ".model", "__pycache__"))
    manifest = folder / "roadworthy.yaml"
    extra = EXTRA.replace("DIGEST", "ab" * 32)
    manifest.write_text(manifest.read_text().replace("\ntargets:\n", f"\n{extra}\ntargets:\n", 1))
    assert run(["assess", "--root", str(folder)]) == 0
    assert run(["gate", "--root", str(folder)]) in {1, 3}
    return decided_release(Workspace(root=folder), None)


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A small system that ships."""
    return decided_system(tmp_path_factory.mktemp("exchange") / "small")


@pytest.fixture(scope="session")
def shipped(desk: Workspace) -> DecidedRelease:
    """What was decided on the small system."""
    return decided_release(desk, None)
