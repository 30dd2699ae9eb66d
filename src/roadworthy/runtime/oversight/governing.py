"""Checks the governance file, and writes the one to start from."""

from __future__ import annotations

import os
import re
from pathlib import Path

from roadworthy.adapters.files import write_atomically
from roadworthy.adapters.governance.load import GOVERNANCE_NAME
from roadworthy.adapters.governance.template import governance_template
from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.core.errors import ConfigError
from roadworthy.governance.check import GovernanceCheck, check_governance
from roadworthy.runtime.oversight.acting import require_governance
from roadworthy.runtime.workspace import Workspace


def check(workspace: Workspace, *, soon_days: int) -> GovernanceCheck:
    """Read the governance file and say what it comes to.

    Raises:
        ConfigError: If there is none, or it does not read.
    """
    if not 0 <= soon_days <= 3650:
        raise ConfigError(f"{soon_days} is not in 0..3650", where="--soon", fix="give a number of days")
    return check_governance(require_governance(workspace), now=workspace.clock.now(), soon_days=soon_days)


def begin(workspace: Workspace) -> Path:
    """Write a governance file to start from beside the manifest, with who is acting as its first person.

    Raises:
        ConfigError: If there is one already.
        StoreError: If it cannot be written.
    """
    path = workspace.root / GOVERNANCE_NAME
    if os.path.lexists(path) or workspace.governance_path is not None:
        raise ConfigError(
            "there is a governance file already",
            where=str(workspace.governance_path or path),
            fix="edit it, and look at it with `rw governance check`",
        )
    person = re.sub(r"[^a-z0-9._-]+", "-", workspace.actor.lower()).strip("-._")[:64] or "me"
    text = governance_template(
        organisation=load_manifest(workspace.manifest_path).system.name,
        person=person,
        alias=workspace.actor if workspace.actor != person else f"{person}@example.org",
    )
    write_atomically(path, text.encode("utf-8"))
    return path
